"""What placement says to others: private event to public event. The only place that maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kernel.aggregate import AnyEvent
from schemas import placement as public
from schemas.base import Published
from services.placement.domain import (
    amendment,
    appraisal_events,
    proposal_events,
    secondment_events,
    service_events,
    support_events,
)
from services.placement.domain.proposal_events import Offer, proposal_id
from services.placement.domain.secondment_events import OfCase
from services.placement.domain.support_events import OfSupport
from services.placement.domain.values import CaseOf


def publish(event: AnyEvent) -> Sequence[Published]:
    """The public events of a private one; none for what stays inside."""
    make = _MAKERS.get(type(event))
    told = make(event) if make else None
    return [told] if told is not None else []


def _case(case: CaseOf) -> dict[str, Any]:
    return {
        "programme": "secondment",
        "fiscal_year": case.fiscal_year,
        "application_id": case.application_id,
        "secondment_id": case.secondment_id,
        "receipt_number": case.receipt_number,
        "party": case.party,
    }


def _support(event: OfSupport) -> dict[str, Any]:
    case = event.case
    return {
        "programme": "support",
        "fiscal_year": case.fiscal_year,
        "application_id": case.application_id,
        "receipt_number": case.receipt_number,
        "party": case.party,
    }


def _offered(case: CaseOf, number: int, offer: Offer) -> Published:
    told: dict[str, Any] = {"explanation": offer.explanation, "edition": offer.edition}
    if not offer.stays:
        return public.PlacementNotPossible(**_case(case), **told)
    return public.PlacementProposed(
        **_case(case),
        **told,
        proposal_id=proposal_id(case.secondment_id, number),
        stays=offer.stays,
        rank=offer.rank,
        answer_by=offer.answer_by,
        by_hand=offer.by_hand,
        domestic_instead=_s_pl_7(offer),
    )


def _s_pl_7(offer: Offer) -> bool | None:
    """Whether HR's last word on the offer was a domestic place instead of an office (S-PL-7)."""
    by_hand = [each.clause for each in offer.decisions if each.clause in ("S-PL-7", "S-PL-8")]
    return True if by_hand[-1:] == ["S-PL-7"] else None


def _first_offer(event: proposal_events.PlaceOffered | proposal_events.NoPlaceFound) -> Published:
    return _offered(event.case, 1, event.offer)


def _next_offer(event: proposal_events.OfferedAgain | proposal_events.OfferChanged) -> Published:
    return _offered(event.case, event.number, event.offer)


def _accepted(event: proposal_events.OfferAccepted) -> Published:
    offer = proposal_id(event.case.secondment_id, event.number)
    return public.PlacementAccepted(
        **_case(event.case), proposal_id=offer, stays=event.stays, papers_by=event.papers_by
    )


def _declined(event: proposal_events.OfferDeclined) -> Published:
    offer = proposal_id(event.case.secondment_id, event.number)
    return public.PlacementDeclined(**_case(event.case), proposal_id=offer, lapsed=event.lapsed)


def _amendment_asked(event: amendment.AmendmentAsked) -> Published:
    asked = event.asked
    fields: dict[str, Any] = {"before": asked.before, "until": asked.until, "asked_on": asked.asked_on}
    return public.AmendmentAsked(**_case(event.case), number=event.number, **fields)


def _amendment_dropped(event: amendment.AmendmentDropped) -> Published:
    asked = event.asked
    fields: dict[str, Any] = {"before": asked.before, "until": asked.until, "reason": event.reason}
    return public.AmendmentDropped(**_case(event.case), number=event.number, **fields)


def _voided(event: secondment_events.SecondeeReplaced) -> Published | None:
    """A memorandum that never left the house is nobody else's affair."""
    if event.memorandum == "none" or event.memorandum == "drafted":
        return None
    return public.MemorandumVoided(**_case(event.case), memorandum=event.memorandum)


def _term_changed(event: secondment_events.TermChanged) -> Published:
    change = event.change
    return public.TermChanged(
        **_case(event.case),
        number=change.number,
        before=change.before,
        until=change.until,
        stays=change.stays,
        concluded_on=change.concluded_on,
    )


def _same(kind: type[Published]) -> Callable[[Any], Published]:
    """Fields of the same name go over as they are; what the public event does not know stays inside."""
    wanted = kind.model_fields.keys()

    def make(event: OfCase | OfSupport) -> Published:
        common = _support(event) if isinstance(event, OfSupport) else _case(event.case)
        own = {name: getattr(event, name) for name in event.__struct_fields__ if name in wanted}
        return kind(**common, **own)

    return make


_MAKERS: dict[type, Callable[[Any], Published | None]] = {
    proposal_events.PlaceOffered: _first_offer,
    proposal_events.NoPlaceFound: _first_offer,
    proposal_events.OfferedAgain: _next_offer,
    proposal_events.OfferChanged: _next_offer,
    proposal_events.OfferAccepted: _accepted,
    proposal_events.OfferDeclined: _declined,
    secondment_events.MemorandumSent: _same(public.MemorandumSent),
    secondment_events.SecondeeReplaced: _voided,
    secondment_events.MemorandumReturned: _same(public.MemorandumConcluded),
    amendment.AmendmentAsked: _amendment_asked,
    amendment.AmendmentDropped: _amendment_dropped,
    secondment_events.TermChanged: _term_changed,
    secondment_events.SecondmentStarted: _same(public.SecondmentStarted),
    secondment_events.StartHeld: _same(public.StartHeld),
    secondment_events.SecondeeDeparted: _same(public.SecondeeDeparted),
    secondment_events.DeparturePostponed: _same(public.DeparturePostponed),
    secondment_events.DepartureCancelled: _same(public.DepartureCancelled),
    appraisal_events.AppraisalReported: _same(public.AppraisalReported),
    secondment_events.SecondmentEnded: _same(public.SecondmentEnded),
    support_events.CoordinatorAssigned: _same(public.CoordinatorAssigned),
    support_events.KickedOff: _same(public.SupportStarted),
    support_events.VisitCancelled: _same(public.VisitCancelled),
    service_events.ServiceUsed: _same(public.ServiceUsed),
    service_events.ServiceWithdrawn: _same(public.ServiceWithdrawn),
    support_events.SurveyAsked: _same(public.SurveyAsked),
    support_events.SurveyAnswered: _same(public.SurveyAnswered),
    support_events.SupportEnded: _same(public.SupportEnded),
}
