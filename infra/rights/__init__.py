"""Who may do what on Kafka and MongoDB: each service its own user, with no right that it does not use.

`table` says it once, for Compose, Kubernetes and the test that tries it on real ones; `kafka` and `mongo` set it.
"""
