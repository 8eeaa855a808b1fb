"""Prefect's skin over the core: one small task per verb of the chain, what is retried, how a run ends."""
