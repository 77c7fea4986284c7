"""Placement's decisions: pure functions named after their clause. What differs from year to year is in the edition."""
