"""The node pools of AKS clusters."""
