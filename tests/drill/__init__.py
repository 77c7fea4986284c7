"""Each fault on a real system, and whether its alert calls."""
