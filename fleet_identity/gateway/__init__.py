"""The door to Azure: what the core asks of it (`protocols`), and how Azure Resource Manager is asked (`arm`)."""
