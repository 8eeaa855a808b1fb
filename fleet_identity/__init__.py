"""Move AKS clusters from service principals to managed identities: observe, plan, apply, until nothing is left.

The core of the product. It knows nothing of Prefect, and only `gateway.arm` knows the Azure SDKs.
"""
