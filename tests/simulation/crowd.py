"""Many seeds on all cores, each in one of the worker processes, within a bound on time."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from tests.simulation.verdict import Verdict, quiet, verdict

AHEAD = 4
"""Seeds that are handed out for each worker."""


def _begin() -> None:
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()
    quiet()
    verdict(0)  # reads the scripts and editions, builds the applications
    gc.collect()
    gc.freeze()


def _end_with_the_parent() -> None:
    """A worker that nobody hears any more plays on for nothing: it ends when its parent does, however that ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def verdicts(
    seeds: Iterator[int], workers: int, until: float, tell: Callable[[Verdict], None], variant: str = ""
) -> None:
    """Tell each verdict as it comes, until the seeds are done or the moment (of `time.monotonic`) has come."""
    os.environ["PYTHONHASHSEED"] = "0"  # a course must not hang on the order of sets; no two runs differ by it either
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=_begin) as pool:
        waiting: set[Future[Verdict]] = set()
        while True:
            while len(waiting) < workers * AHEAD and time.monotonic() < until:
                seed = next(seeds, None)
                if seed is None:
                    break
                waiting.add(pool.submit(verdict, seed, (), variant))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                tell(future.result())
