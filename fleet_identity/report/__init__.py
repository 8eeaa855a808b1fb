"""What people and programs read of a run: the same outcomes as Markdown and as JSON."""
