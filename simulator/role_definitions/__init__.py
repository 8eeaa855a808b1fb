"""The built-in roles."""
