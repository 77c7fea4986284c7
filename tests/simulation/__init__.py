"""The whole system in one process: virtual time, a seeded scheduler, storage and bus that misbehave, and a judge."""
