"""Planned maintenance: when AKS may do what it does by itself."""
