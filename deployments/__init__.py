"""How the flows are run by a Prefect server of yours."""
