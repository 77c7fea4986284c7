"""Commands on a round: register, seed, run, adjust, announce."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from kernel.repository import decide_again
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Outcome, day_in_tokyo
from services.placement.app.desk import Desk, Order, Places, secondment_edition
from services.placement.app.queries import waits
from services.placement.domain import Roster, Round
from services.placement.domain.proposal_events import Offer
from services.placement.domain.roster import PAGES
from services.placement.domain.round import Candidates, Stale
from services.placement.domain.values import Assigned, Candidate, CaseOf, Run
from services.placement.engine import lottery, solve, verify
from services.placement.policy.days import s_in_1_reception_over, s_pl_10_announce_at
from services.placement.policy.decisions import decided
from services.placement.policy.results import as_run, assigned, s_pl_5_published, s_pl_9_reasons
from services.placement.policy.rounds import Posed, ground_of, pose


class Rounds(Desk):
    """The round of each fiscal year."""

    async def round(self, fiscal_year: int, order: Order | None = None) -> Round:
        """The round. Raises `NotFound`, `Stale`."""
        return await self.get(Round, Round.stream("secondment", fiscal_year), order)

    async def round_so_far(self, fiscal_year: int) -> Round:
        """The round as it reads, also before the first word came. Raises `NoEdition`."""
        return await self.opened_round(fiscal_year, await self.now())

    async def opened_round(self, fiscal_year: int, at: datetime) -> Round:
        """The round, opened by the first word that comes."""
        found = await self.kernel.repository.find(Round, Round.stream("secondment", fiscal_year))
        announce_at = s_pl_10_announce_at(secondment_edition(fiscal_year))
        return found or Round.open("secondment", fiscal_year, announce_at=announce_at, at=at)

    async def register(self, fiscal_year: int, candidate: Candidate) -> list[Aggregate]:
        """Note a candidate on its page; the round is opened by the first."""
        at = await self.now()
        page = await self.page(fiscal_year, candidate.application_id, at)
        page.register(candidate, at=at)
        return [page, await self.opened_round(fiscal_year, at)]

    async def page(self, fiscal_year: int, application_id: str, at: datetime) -> Roster:
        """The page of the roster that an application is on."""
        number = Roster.page_of(application_id)
        found = await self.kernel.repository.find(Roster, Roster.stream("secondment", fiscal_year, number))
        return found or Roster.open("secondment", fiscal_year, number, at=at)

    async def roster(self, fiscal_year: int) -> list[Roster]:
        """The written pages of the roster, in one query."""
        streams = [Roster.stream("secondment", fiscal_year, number) for number in range(PAGES)]
        found = await asyncio.gather(*(self.kernel.repository.find(Roster, stream) for stream in streams))
        return [page for page in found if page is not None]

    async def candidates(self, fiscal_year: int) -> Candidates:
        """The candidates who still stand."""
        return candidates_on(await self.roster(fiscal_year))

    async def stale(self, round: Round, at: datetime) -> Stale:
        """What became otherwise since the run; nothing before it, and nothing once its results are out (S-PL-3)."""
        if round.state != "run":
            return Stale()
        edition, candidates = secondment_edition(round.fiscal_year), await self.candidates(round.fiscal_year)
        return round.stale(ground_of(pose(edition, candidates.values(), (await self.places(edition, at)).sites)))

    async def waits(self, round: Round, candidates: Candidates) -> list[dict[str, str]]:
        """What the announcement waits for, as an officer reads it."""
        at = await self.now()
        due = at >= s_pl_10_announce_at(secondment_edition(round.fiscal_year))
        return waits(round, await self.stale(round, at), candidates, due=due)

    async def record_seed(
        self, fiscal_year: int, seed: str | None, order: Order, *, unpublished: bool = False
    ) -> Round:
        """Fix the lottery's seed: the one that the edition published; another only as a waiver (S-PL-5).

        Whoever knows the wishes and may choose the seed chooses who wins: the certificate of the run says so too.
        """

        async def act() -> Round:
            at, edition = await self.now(), secondment_edition(fiscal_year)
            round = await self.opened_round(fiscal_year, at)
            round.seen_at(order.seen)
            published = edition.value("tiebreak.seed", day_in_tokyo(at))
            as_published = seed in (None, published.text)
            if not as_published and not unpublished:
                raise _another_seed()
            facts = {"as_published": as_published}
            decision = await self._by(order, round.id, "S-PL-5", edition, facts, at, waived=not as_published)
            round.record_seed(seed or published.text, decision, at=at)
            await self.save(round, order=order)
            return round

        return await decide_again(act)

    async def run(self, fiscal_year: int, order: Order) -> Round:
        """Apply the rule, have it certified, and keep both (S-PL-3…6)."""

        async def act() -> Round:
            at, edition = await self.now(), secondment_edition(fiscal_year)
            round = await self.round(fiscal_year, order)
            candidates = await self.candidates(fiscal_year)
            seed = round.ready_to_run(candidates, s_in_1_reception_over(edition), at=at)
            posed = pose(edition, candidates.values(), (await self.places(edition, at)).sites)
            run, results = await asyncio.to_thread(_computed, edition, posed, seed, at)
            placed = sum(bool(each.stays) for each in results)
            facts = {"asked": len(results), "placed": placed, "proof": run.proof}
            decision = await self._by(order, round.id, "S-PL-3", edition, facts, at)
            round.settle(run, results, decision, ground_of(posed), at=at)
            await self.save(round, order=order)
            return round

        return await decide_again(act)

    async def _by(
        self,
        order: Order,
        subject: str,
        clause: str,
        edition: SecondmentEdition,
        facts: Mapping[str, object],
        at: datetime,
        *,
        waived: bool = False,
    ) -> Decision:
        reason = await self.sealed_reason(order, subject)
        read = [edition.value(name, day_in_tokyo(at)) for name in edition.names(clause) if "sites." not in name]
        outcome: Outcome = "waived" if waived else "passed"
        return decided(
            clause, outcome, edition=edition.id, at=at, facts=dict(facts), read=read, by=order.by, reason=reason
        )


def candidates_on(pages: Iterable[Roster]) -> Candidates:
    """Who stands on these pages."""
    return {id: candidate for page in pages for id, candidate in page.candidates.items()}


def case_of(candidates: Candidates, round: Round, each: Assigned) -> CaseOf:
    """The case of a result."""
    candidate = candidates[each.application_id]
    return CaseOf(
        fiscal_year=round.fiscal_year,
        application_id=each.application_id,
        secondment_id=each.secondment_id,
        receipt_number=candidate.receipt_number,
        number=each.number,
        party=candidate.party,
    )


def offer_of(result: Assigned, answer_by: date, edition: str) -> Offer:
    """A result as it is offered."""
    return Offer(
        stays=result.stays,
        rank=result.rank,
        explanation=result.explanation,
        answer_by=answer_by,
        by_hand=result.by_hand,
        edition=edition,
        decisions=result.decisions,
    )


def known_site(edition: SecondmentEdition, site_id: str, pointer: str) -> str:
    """The site's id. Refuses one that the edition does not have (S-PL-1)."""
    if site_id not in edition.sites:
        ja, en = (
            "この受入先はありません。受入先の一覧でご確認ください。",
            "There is no such site. See the list of sites.",
        )
        raise Refused("S-PL-1", ja, en, pointer=pointer)
    return site_id


def _another_seed() -> Refused:
    ja = "公表した抽選の種と異なります。公表した種を使ってください。やむをえず別の種にするときは、"
    ja += "理由とともに unpublished を付けてください（免除として記録され、検証の結果にも残ります）。"
    en = "That is not the seed that was published. Use that one; another is a waiver: say unpublished and why."
    return Refused("S-PL-5", ja, en, pointer="/seed")


def _computed(edition: SecondmentEdition, posed: Posed, seed: str, at: datetime) -> tuple[Run, tuple[Assigned, ...]]:
    result = solve(posed.problem, lottery(posed.asked, seed))
    certificate = verify(posed.problem, result, seed=seed)
    if certificate.refuted:
        return as_run(result, certificate, seed, edition.id), ()
    reasons, told = s_pl_9_reasons(posed.problem, result)
    published = s_pl_5_published(seed, edition.value("tiebreak.seed", day_in_tokyo(at)).text)
    run = as_run(result, certificate, seed, edition.id, published, told)
    return run, () if run.refuted else assigned(edition, posed, result, reasons, at=at)


__all__ = ["Places", "Rounds", "case_of", "known_site", "offer_of"]
