"""A round as it stands, and what can be done with it: places given by hand, offers after a decline (S-PL-7, S-PL-8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kernel.refusals import NotFound, Refused
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, ExplainedWish, Stay
from services.placement.app.desk import Places
from services.placement.domain import Proposal, Round
from services.placement.domain.proposal_events import Offer
from services.placement.domain.round import Candidates
from services.placement.domain.values import Assigned, Price
from services.placement.engine import Option, lottery, reoffer
from services.placement.policy.days import s_pl_8_answer_by
from services.placement.policy.home_instead import ShutOffice, s_pl_7_office_cannot
from services.placement.policy.results import told_again, told_by_hand
from services.placement.policy.rounds import Asked, Posed, as_option
from services.placement.policy.wishes import NOT_WISHED, s_pl_6_stays


@dataclass(frozen=True)
class ByHand:
    """What HR gives a secondment by hand; without ``domestic`` it gets no place. ``years`` None: as asked for.

    A domestic place instead of an office lasts, without ``years``, no longer than its route allows (S-SC-2).
    ``unit_agrees`` to a third year in Japan (S-SC-2), ``country_waived``: longer than a country allows (S-SC-4).
    """

    secondment_id: str
    domestic: str | None
    overseas: str | None = None
    years: int | None = None
    unit_agrees: bool = False
    country_waived: bool = False


@dataclass(frozen=True)
class Standing:
    """A round as it stands: its candidates and their results, the problem, who has what, the proposals so far."""

    edition: SecondmentEdition
    candidates: Candidates
    round: Round
    results: dict[str, Assigned]
    places: Places
    posed: Posed
    options: dict[str, Option | None]
    proposals: dict[str, Proposal]

    def asked(self, secondment_id: str) -> Asked:
        """The requested secondment. Raises `NotFound`."""
        self.round.outcome_there()
        found = [each for each in self.posed.asked.values() if each.secondment_id == secondment_id]
        if not found:
            raise NotFound("secondment", "出向")
        return found[0]

    @property
    def waiting(self) -> dict[str, int]:
        """The seekers to whom nothing could be given and nothing else was offered, with the version to decide on."""
        found = {}
        for id, result in self.results.items():
            proposal = self.proposals.get(id)
            if proposal is not None and proposal.state == "not_possible":
                found[result.seeker] = proposal.version
            elif proposal is None and not result.stays:
                found[result.seeker] = self.round.recorded_version
        return found

    @property
    def by_hand(self) -> frozenset[str]:
        """The seekers who hold what an officer gave them."""
        given = {id: each.by_hand for id, each in self.results.items()}
        given |= {id: each.offer.by_hand for id, each in self.proposals.items()}
        return frozenset(self.results[id].seeker for id, hand in given.items() if hand)

    @property
    def turns(self) -> tuple[str, ...]:
        """The lottery's order of all who are in it now; one who came late does not change the others' order."""
        return lottery(self.posed.asked, self.round.seed or "")


def held_option(edition: SecondmentEdition, round: Round, proposals: dict[str, Proposal], id: str) -> Option | None:
    """What a secondment has: by its proposal if there is one, else by the round's result."""
    proposal, result = proposals.get(id), round.assigned[id]
    if proposal is None:
        return as_option(edition, result.stays, result.rank)
    return as_option(edition, proposal.offer.stays, proposal.offer.rank) if proposal.stands else None


@dataclass(frozen=True)
class Again:
    """What is offered again, to which secondments, and what each of them is told (S-PL-8, S-PL-9)."""

    offered: Mapping[str, Option]
    told: Mapping[str, tuple[ExplainedWish, ...]]


def nothing_to_offer_again() -> Refused:
    """The proposal has not been declined, or is over."""
    ja = "この提案は回答待ち、承諾済み、または取り下げ済みのため、再提案できません。"
    return Refused("S-PL-8", ja, "The proposal is open, accepted or closed: there is nothing to offer again.")


def offers_again(standing: Standing, named: Proposal) -> Again:
    """The new offers after a decline (S-PL-8): those who left, or let their answer lapse, are out."""
    if named.stands or named.state == "closed":
        raise nothing_to_offer_again()
    refused: dict[str, tuple[int, ...]] = {}
    held = dict(standing.options)
    for id, proposal in standing.proposals.items():
        asked = standing.asked(id)
        every = tuple(wish.rank for wish in asked.request.wishes)
        out = proposal.leaves or proposal.state == "closed" or (proposal.state == "lapsed" and proposal is not named)
        refused[asked.seeker] = every if out else (*proposal.refused_ranks, NOT_WISHED)
        if proposal.state in ("declined", "lapsed") and not out:
            held[asked.seeker] = as_option(standing.edition, proposal.offer.stays, proposal.offer.rank)
    again = reoffer(standing.posed.problem, held, [name for name in standing.turns if name in held], refused)
    ids = {each.seeker: id for id, each in standing.results.items()}
    concerned = {*again.offered, standing.asked(named.case.secondment_id).seeker}
    told, checked = told_again(standing.posed, again, concerned, refused, standing.by_hand)
    if checked.verdict != "passed":
        ja = "再提案に添える理由の検証で誤りが見つかったため、提案していません。システム管理者に連絡してください。"
        raise Refused("S-PL-9", ja, "The reasons of the new offers were found wrong. Tell the system's operators.")
    return Again({ids[name]: option for name, option in again.offered.items()}, {ids[n]: t for n, t in told.items()})


def late_result(asked: Asked, stays: tuple[Stay, ...], rank: int | None, decisions: tuple[Decision, ...]) -> Assigned:
    """What a candidate that came after the announcement is given by hand."""
    return Assigned(
        seeker=asked.seeker,
        secondment_id=asked.secondment_id,
        application_id=asked.candidate.application_id,
        number=asked.request.number,
        stays=stays,
        rank=rank,
        decisions=decisions,
        by_hand=True,
    )


def adjusted_result(
    standing: Standing,
    asked: Asked,
    stays: tuple[Stay, ...],
    rank: int | None,
    price: tuple[Price, ...],
    decisions: tuple[Decision, ...],
    at: datetime,
) -> Round:
    """The round with one result changed by hand. Refuses where the change finds no room."""
    before = standing.round.has(asked.secondment_id)
    _room_for(standing, asked, stays)
    after = msgspec.structs.replace(
        before,
        stays=stays,
        rank=rank,
        explanation=told_by_hand(asked, before.explanation, before.rank, rank),
        decisions=(*before.decisions, *decisions),
        by_hand=True,
    )
    standing.round.adjust(after, price, decisions[0], at=at)
    return standing.round


def _room_for(standing: Standing, asked: Asked, stays: tuple[Stay, ...]) -> None:
    """Try the claims of the whole round on the sites, which are not saved: the guard is the sites' own."""
    for id, each in standing.results.items():
        if id != asked.secondment_id:
            standing.places.claim(id, each.stays)
    standing.places.claim(asked.secondment_id, stays)


def rank_of(edition: SecondmentEdition, asked: Asked, stays: tuple[Stay, ...]) -> int | None:
    """The rank at which the sender wished just these places; None if it did not."""
    for wish in asked.request.wishes:
        if s_pl_6_stays(edition, wish.domestic, wish.overseas, asked.request.years) == stays:
            return wish.rank
    return None


def s_pl_7_home_instead(standing: Standing, asked: Asked, stays: tuple[Stay, ...]) -> tuple[ShutOffice, ...]:
    """The offices because of which a domestic place alone is proposed to one who asked to go overseas (S-PL-7).

    Nothing where an office that it wished could take it: that is a change by hand like any other (S-PL-8).
    """
    alone = stays and standing.edition.route(asked.request.route).overseas and stays[-1].site == stays[0].site
    return s_pl_7_office_cannot(standing.posed, standing.options, asked.seeker) if alone else ()


def offer_by_hand(
    before: Offer,
    standing: Standing,
    asked: Asked,
    stays: tuple[Stay, ...],
    rank: int | None,
    decisions: tuple[Decision, ...],
    at: datetime,
) -> Offer:
    """The offer that takes another's place by hand."""
    return Offer(
        stays=stays,
        rank=rank,
        explanation=told_by_hand(asked, before.explanation, before.rank, rank),
        answer_by=s_pl_8_answer_by(standing.edition, at),
        by_hand=True,
        edition=standing.edition.id,
        decisions=decisions,
    )
