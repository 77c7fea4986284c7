"""Intake over HTTP."""

from services.intake.api import applications, logs, officers, papers, sessions

ROUTERS = [applications.router, papers.router, sessions.router, officers.router, logs.router]
"""For applicants, for papers, for officers, for operations."""
