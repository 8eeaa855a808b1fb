"""The generic list of resources of all kinds."""
