"""All benchmarks, one after the other."""

from benchmarks import append, stage

append.main()
stage.main()
