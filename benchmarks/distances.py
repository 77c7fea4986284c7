"""What keeps rows of the table from their goal: where the time goes by a profile, and what bounds it.

Figures are of the same machine as the page's, by `time.thread_time` of each step and by a sampling profiler.
"""

from __future__ import annotations

WHY = {
    "append, 1,000 waiting": (
        "Each append is a task that waits by itself: waking it, its commit and its document take some 4 µs "
        "beside the 14 µs in which the driver encodes and the database stores one. Two half batches that "
        "overlap were tried: 500 at once gave a tenth less, 250 a fifth, for the thread that encodes and the "
        "event loop share the interpreter's lock."
    ),
    "rebuild an aggregate of 1,000 events": (
        "Of 6 ms the database takes 2.5 to find and send 1,000 documents by its index, 0.5 go into decoding "
        "them, 0.4 into stored events, 0.7 into restoring them (those of a name at once) and folding them, "
        "the rest into the driver's thread and the way there. Five times PostgreSQL would be 4.8 ms. An "
        "aggregate of 1,000 events has a snapshot in the product."
    ),
    "replay of a log of 1,000,000 events into a read model": (
        "Of 11 µs an event the database takes about 8, mostly to write the read model, majority and journal, "
        "while the plain cursor writes nothing. Larger batches write a document less often, and take more "
        "memory."
    ),
    "relay from log to topic": (
        "One thread reads and decodes (3.5 µs a message), restores the event (0.3), words the message and its "
        "headers (5.6), hashes its key (2.5, the client's own function) and puts it into a batch (1): 13 of "
        "19 µs, the brokers' answer the rest. What it is measured beside has its bytes ready, and only hashes "
        "and sends."
    ),
    "form and newer form posted until all five services are done": (
        "At full load a case takes 34 ms of processor, in the usual way 180. Where they come one by one, "
        "intake and notify take 15 ms each (checking, sealing, opening, wording, SMTP), MongoDB 17 to 23 for "
        "36 kB of log and 10 kB of read models, Kafka 7 to 9. Ten times would be 18 ms for all of it."
    ),
    "the same, p99 under half load": (
        "Half of the own throughput is 29 cases a second here and 5.6 in the usual way. With so few at once a "
        "case takes twice the processor time that it takes at full load, so both cores are busy; and each of "
        "some six hops waits up to a tenth of a second to take what comes with it (decision 24)."
    ),
}
"""By the row's name. A row that has reached its goal needs none."""
