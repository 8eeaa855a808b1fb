"""Token buckets: how often a client may ask."""
