"""Log Analytics workspaces, which the monitoring add-on writes to."""
