"""What a subscription uses of its quotas of Compute."""
