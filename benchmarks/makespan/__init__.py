"""What `python -m benchmarks.makespan` runs: whole fleet runs, beside the shortest possible and a plain loop."""
