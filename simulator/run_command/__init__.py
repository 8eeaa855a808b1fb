"""Commands that AKS runs in a cluster, in a pod of its own."""
