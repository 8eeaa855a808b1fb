"""Virtual networks and their subnets, read-only."""
