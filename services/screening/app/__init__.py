"""Every command and query of screening."""

from services.screening.app.desk import Order
from services.screening.app.disclosures import Disclosures
from services.screening.app.secondments import SecondmentDesk
from services.screening.app.supports import SupportDesk


class ScreeningApp(SecondmentDesk, SupportDesk, Disclosures):
    """What screening can be asked and told; see the desks for each."""


__all__ = ["Order", "ScreeningApp"]
