"""What the benchmarks say is said rightly: goals, comparisons, when a form is done; and the usual way loses nothing.

What is measured beside is what it is said to be, and is started, asked and ended in order.
"""
