"""Measures what the design promises, each beside the plainest thing that could do the same. Run by `make bench`."""
