"""Intake's aggregates and their private events."""

from services.intake.domain.application import Application
from services.intake.domain.case_file import CaseFile
from services.intake.domain.consent_claim import ConsentClaim
from services.intake.domain.custody import Custody
from services.intake.domain.erasure import Erasure
from services.intake.domain.form_session import FormSession
from services.intake.domain.interests import Interests
from services.intake.domain.organisation import Organisation
from services.intake.domain.paper import Paper
from services.intake.domain.reception import Reception

__all__ = [
    "Application",
    "CaseFile",
    "ConsentClaim",
    "Custody",
    "Erasure",
    "FormSession",
    "Interests",
    "Organisation",
    "Paper",
    "Reception",
]
