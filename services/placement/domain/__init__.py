"""Placement's aggregates and their private events."""

from services.placement.domain.amendment import Amendment
from services.placement.domain.company_news import CompanyNews
from services.placement.domain.conduct import Conduct
from services.placement.domain.coordinator import Coordinator
from services.placement.domain.menu import Menu
from services.placement.domain.preparation import Preparation
from services.placement.domain.proposal import Proposal
from services.placement.domain.roster import Roster
from services.placement.domain.round import Round
from services.placement.domain.secondment import Secondment
from services.placement.domain.site import Seats, Site
from services.placement.domain.support import Support

__all__ = [
    "Amendment",
    "CompanyNews",
    "Conduct",
    "Coordinator",
    "Menu",
    "Preparation",
    "Proposal",
    "Roster",
    "Round",
    "Seats",
    "Secondment",
    "Site",
    "Support",
]
