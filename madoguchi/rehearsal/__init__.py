"""A rehearsal (予行): a whole cycle, forty-four months of deadlines and letters, through the public interfaces only."""
