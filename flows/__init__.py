"""The stories that people run. No Azure logic, no types: they say in which order the tasks are told."""
