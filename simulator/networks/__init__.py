"""Subnets, read-only."""
