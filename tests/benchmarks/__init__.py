"""What the benchmarks say is said rightly: goals, comparisons, when a form is done; and the usual way loses nothing."""
