"""Key vaults, read-only, and who may use their keys."""
