"""The aggregates of notify: Recipient and Letter."""
