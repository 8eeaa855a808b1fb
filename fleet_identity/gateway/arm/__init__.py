"""Azure Resource Manager, through Microsoft's SDKs: the only code that imports `azure`."""
