"""Trials of the running system under load and crashes; the judge shares no code with it. `make chaos` runs them."""
