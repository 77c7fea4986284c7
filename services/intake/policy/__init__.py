"""What the counter decides by itself: pure, each predicate named after its clause."""
