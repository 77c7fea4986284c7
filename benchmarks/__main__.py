"""All benchmarks, one after the other, or those that are named: ``python -m benchmarks placement``."""

import sys

from benchmarks import append, placement, stage

BENCHMARKS = {"append": append.main, "stage": stage.main, "placement": placement.main}

if unknown := set(sys.argv[1:]) - BENCHMARKS.keys():
    sys.exit(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHMARKS)}.")
for name in sys.argv[1:] or BENCHMARKS:
    BENCHMARKS[name]()
