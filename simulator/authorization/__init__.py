"""What the caller itself may do: the ARM gateway's checks before a provider sees a request."""
