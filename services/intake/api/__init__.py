"""Intake over HTTP."""

from services.intake.api import applications, officers, papers

ROUTERS = [applications.router, papers.router, officers.router]
"""For applicants, for papers, for officers."""
