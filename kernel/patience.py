"""How long a service waits for what it stands on, in seconds: every time-out of its clients, in one place.

An outage longer than these is nobody's loss: what was not confirmed counts as unknown and is asked again.
"""

from __future__ import annotations

MONGO_SELECTION = 5.0
"""Until a primary is found: longer than an election among neighbours, shorter than anybody's patience at a form."""
MONGO_SOCKET = 20.0
"""Until the database answers an operation."""
KAFKA_REQUEST = 15.0
"""Until a broker answers one request."""
KAFKA_METADATA = 5.0
"""Until a consumer asks anew who leads what. aiokafka (0.14) does not ask when a partition without an offset has found
another leader: it goes on with the former one, and takes nothing else from that broker. Its own time is five minutes.
"""
SEND_WITHIN = 60.0
"""For a batch to be confirmed by the brokers; after that it is unknown, and sent again."""
CLOSE_WITHIN = 10.0
"""For a producer to flush and close."""
