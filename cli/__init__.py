"""The terminal's face: parses, calls a flow or the simulator, renders. No logic of its own."""
