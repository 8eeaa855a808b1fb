"""Assignments of policies, read-only."""
