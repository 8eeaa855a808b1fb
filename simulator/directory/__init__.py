"""Entra: tokens, discovery, and the principals of the tenant."""
