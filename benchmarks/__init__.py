"""What `make bench` runs: numbers, from the simulator's journal."""
