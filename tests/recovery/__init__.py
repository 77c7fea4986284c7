"""The rehearsal of a disaster: backed up under load, lost, brought back from nothing but the backup."""
