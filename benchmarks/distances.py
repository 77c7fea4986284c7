"""What keeps rows of the table from their goal: where the time goes by a profile, and what bounds it.

Figures are of the same machine as the page's, by `time.thread_time` of each step and by a sampling profiler.
"""

from __future__ import annotations

WHY = {
    "append, 64 waiting": (
        "The rate is reached. With one thread or with 64 the library on PostgreSQL appends about as much, so "
        "which number does best is a matter of a few per cent; with two only two appends are under way, and its "
        "p99 is that of one of two. Ours is that of one of 64, and cannot be below that of one bare insert of 64 "
        "documents (5.1 ms here). Beside 8 threads, as in other runs, it is the lower one (5.6 beside 10 ms)."
    ),
    "form and newer form posted until all five services are done": (
        "At full load a case takes 34 to 41 ms of processor, in the usual way 180 to 245. At half load, where they "
        "come one by one, intake takes 17 ms and notify 13 (checking, sealing, opening, wording, SMTP), the other "
        "three 13 together, MongoDB 18 for 36 kB of log and 10 kB of read models, Kafka 6. Ten times would be 18 "
        "to 25 ms for all of it."
    ),
    "the same, p99 under half load": (
        "Half of the own throughput is 24 to 29 cases a second here and 4 to 6 in the usual way. The fewer come "
        "at once, the more each costs: 200 ms of processor at 5.6 a second, 110 at 15, 67 at 29, 34 to 41 at full. "
        "So at half load both cores are busy all the same, and a case waits for its turn in each of some six "
        "hops; at 5.6 a second its p50 and p99 are 0.36 and 0.53 s, at 15 a second 0.46 and 0.69 s. Longer paces "
        "(0.2 s for the relay, 0.5 s for read models) brought the p99 at 29 a second to 1.2 s, and lists half a "
        "second late."
    ),
}
"""By the row's name. A row that has reached its goal needs none."""
