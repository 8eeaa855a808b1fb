"""The ledger of outages, and what counts as one."""
