"""Things that a user of Madoguchi would write: a rehearsed cycle's input, a consumer for reporting."""
