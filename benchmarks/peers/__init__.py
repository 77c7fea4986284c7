"""What the system is measured beside and does not need itself: installed here, never with the product."""
