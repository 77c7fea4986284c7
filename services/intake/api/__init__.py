"""Intake over HTTP."""

from services.intake.api import applications, officers, papers, sessions

ROUTERS = [applications.router, papers.router, sessions.router, officers.router]
"""For applicants, for papers, for officers."""
