"""Placement: who gets which place, by a published rule, with a proof and with reasons."""

from services.placement.engine.certificate import Certificate, Check, Verdict
from services.placement.engine.classes import Request, classes
from services.placement.engine.faults import Fault, UnsoundProblemError, free_places
from services.placement.engine.lottery import lottery
from services.placement.engine.model import (
    Gap,
    Option,
    Period,
    Place,
    Problem,
    Result,
    Seeker,
    Signature,
    Slot,
    signature_of,
)
from services.placement.engine.solver import solve
from services.placement.engine.verify import verify

__all__ = [
    "Certificate",
    "Check",
    "Fault",
    "Gap",
    "Option",
    "Period",
    "Place",
    "Problem",
    "Request",
    "Result",
    "Seeker",
    "Signature",
    "Slot",
    "UnsoundProblemError",
    "Verdict",
    "classes",
    "free_places",
    "lottery",
    "signature_of",
    "solve",
    "verify",
]
