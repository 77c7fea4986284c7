"""What operations watch of intake: never more companies in than there are places (C-IN-3).

The reception refuses the company after the last place by its own count. This counts otherwise: the complete
applications that officers see in the read model.
"""

from __future__ import annotations

from kernel.watching import Invariant
from services.intake.app import IntakeApp
from services.intake.app.desk import editions
from services.intake.domain import Reception


async def over_the_places(app: IntakeApp) -> int:
    """How many complete applications stand above the places that their reception has."""
    over = 0
    for edition in editions():
        stream = Reception.stream(edition.edition.programme, edition.edition.fiscal_year)
        reception = await app.kernel.repository.find(Reception, stream)
        if reception is None or reception.places is None:
            continue
        of = {"programme": reception.programme, "fiscal_year": reception.fiscal_year, "status": "submitted"}
        over += max(0, await app.kernel.views.count("applications", of) - reception.places)
    return over


INVARIANTS = [Invariant("places", "C-IN-3", over_the_places)]
