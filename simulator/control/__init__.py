"""The control surface for people and tests."""
