"""The aggregates of screening and their private events."""
