"""Replays recordings of real Azure traffic against the simulator, and says where the two differ."""
