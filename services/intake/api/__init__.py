"""Intake over HTTP."""

from services.intake.api import applications, logs, officers, papers, retention, sessions

ROUTERS = [applications.router, papers.router, sessions.router, officers.router, retention.router, logs.router]
"""For applicants, for papers, for officers, for operations."""
