"""Backup and recovery: the logs of a deployment at one moment, and what of their databases they cannot bring back.

Logs are copied by position, up to a tail that is read for all of them in one snapshot of the database. So no log of a
backup knows of a message whose publisher's log does not have it. Topics, read models, timers, checkpoints and snapshots
are not copied: they follow from the logs. The key ring is a backup of its own, with a day on which it expires.
"""
