"""The whole of Madoguchi on one machine: Kafka, MongoDB, a mail catcher and the five services, without Docker."""
