"""Intake over HTTP."""

from services.intake.api import applications, logs, officers, organisations, papers, retention, sessions

ROUTERS = [
    applications.router, papers.router, sessions.router, officers.router, organisations.router, retention.router,
    logs.router,
]  # fmt: skip
"""For applicants, for papers, for officers, for operations."""
