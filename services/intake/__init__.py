"""Intake (受付): the counter where forms, papers and withdrawals come in."""
