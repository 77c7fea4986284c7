"""The secondee (出向者) as the sender names it (S-LI-1)."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.log import Cause
from kernel.repository import decide_again
from kernel.service import Kernel
from schemas.forms import SecondeeForm
from schemas.values import day_in_tokyo
from services.intake.app import sealed
from services.intake.app.arriving import Unfit
from services.intake.app.counter import Counter
from services.intake.domain import Application
from services.intake.policy.secondee import secondee_faults


class Naming:
    """Takes the secondees' names."""

    def __init__(self, kernel: Kernel, counter: Counter) -> None:
        self._kernel, self._counter = kernel, counter

    async def name_secondee(
        self, fiscal_year: int, application_id: str, form: SecondeeForm, causes: Sequence[Cause] = ()
    ) -> Application:
        """The sender names the person for one secondment (S-LI-1); the same person again changes nothing.

        Raises `Unfit`, `Refused`, `NotFound`.
        """
        at = await self._kernel.clock.now()
        if faults := secondee_faults(form, day_in_tokyo(at)):
            raise Unfit(faults)

        async def act() -> Application:
            application = await self._counter.case("secondment", fiscal_year, application_id)
            secondment_id = f"{application_id}.{form.request}"
            vault = self._kernel.vault
            who = vault.fingerprint("secondee", f"{secondment_id}|{form.name}|{form.birth_date}")
            secondee_id = f"secondee-{secondment_id}-{who[:12]}"
            person = sealed.secondee(await sealed.sealer_of(vault, secondee_id), secondee_id, form)
            content = sealed.fingerprint(vault, "secondee form", form)
            application.name_secondee(secondment_id, person, content, at=at)
            await self._kernel.repository.save(application, causes=causes)
            return application

        return await decide_again(act)
