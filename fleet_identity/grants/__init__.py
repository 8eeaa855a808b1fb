"""Who is to hold which role where, and why: one reason for a grant a module."""
