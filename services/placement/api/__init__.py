"""Placement over HTTP."""

from services.placement.api.life import lists
from services.placement.api.life import router as life
from services.placement.api.priced_services import router as priced_services
from services.placement.api.proposals import router as proposals
from services.placement.api.rounds import router as rounds
from services.placement.api.secondments import router as secondments
from services.placement.api.support_care import menus
from services.placement.api.support_care import router as support_care
from services.placement.api.supports import load as coordinators
from services.placement.api.supports import router as supports
from services.placement.api.what_ifs import router as what_ifs

ROUTERS = (
    *(rounds, what_ifs, proposals, secondments, life, lists),
    *(supports, support_care, menus, priced_services, coordinators),
)
"""Every route of the service."""
