"""AKS clusters."""
