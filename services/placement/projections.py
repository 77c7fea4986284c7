"""Read models for work lists: rounds, proposals, secondments, supports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kernel.aggregate import AnyEvent
from kernel.projections import Document, Projection
from services.placement.domain import amendment as m
from services.placement.domain import appraisal_events as a
from services.placement.domain import conduct as o
from services.placement.domain import preparation as n
from services.placement.domain import proposal_events as p
from services.placement.domain import round_events as r
from services.placement.domain import secondment_events as s
from services.placement.domain import service_events as v
from services.placement.domain import support_events as c

Change = Callable[[Document, Any], Document]


def _of(prefix: str) -> Callable[[AnyEvent], str | None]:
    def key(event: AnyEvent) -> str | None:
        stream = event.originator_id
        return stream.removeprefix(prefix) if stream.startswith(prefix) else None

    return key


def _fold(changes: Mapping[type, Change]) -> Callable[[Document, AnyEvent], Document]:
    """What an event changes, laid over the document; the version is always the last event's."""

    def fold(document: Document, event: AnyEvent) -> Document:
        change = changes.get(type(event))
        changed = change(document, event) if change else {}
        return document | changed | {"version": event.originator_version, "at": event.timestamp}

    return fold


def _case(event: Any) -> Document:
    case = event.case
    found = {name: getattr(case, name) for name in case.__struct_fields__ if name != "party"}
    return found | {"organisation_id": case.party.organisation_id, "name": case.party.name}


def _offer(event: Any) -> Document:
    offer = event.offer
    stays = [{"fiscal_year": stay.fiscal_year, "site": stay.site} for stay in offer.stays]
    return {
        "status": "proposed" if stays else "not_possible",
        "stays": stays,
        "rank": offer.rank,
        "by_hand": offer.by_hand,
        "answer_by": offer.answer_by,
        "offer": getattr(event, "number", 1),
    }


def _stays(event: Any) -> Document:
    return {"stays": [{"fiscal_year": stay.fiscal_year, "site": stay.site} for stay in event.stays]}


def _appraised(document: Document, year: int, **days: Any) -> Document:
    """How far the appraisal of a fiscal year is (S-LI-8): the day of each step, and of the report."""
    known = document.get("appraisals", {})
    return {"appraisals": known | {str(year): known.get(str(year), {}) | days}}


def _to_appraise(document: Document, event: Any) -> Document:
    years: Document = {str(year): {} for year in event.appraisal_days}
    return {"appraisals": years | document.get("appraisals", {})}


_ROUND: dict[type, Change] = {
    r.RoundOpened: lambda d, e: {
        "programme": e.programme,
        "fiscal_year": e.fiscal_year,
        "status": "open",
        "held": "",
    },
    r.SeedRecorded: lambda d, e: {"seed": e.seed},
    r.RoundRun: lambda d, e: {"status": "run", "proof": e.run.proof, "held": ""},
    r.AnnouncementHeld: lambda d, e: {"held": e.missing},
    r.RoundAnnounced: lambda d, e: {"status": "announced", "held": ""},
}
_PROPOSAL: dict[type, Change] = {
    p.PlaceOffered: lambda d, e: _case(e) | _offer(e),
    p.NoPlaceFound: lambda d, e: _case(e) | _offer(e),
    p.OfferedAgain: lambda d, e: _offer(e),
    p.OfferChanged: lambda d, e: _offer(e),
    p.OfferAccepted: lambda d, e: {"status": "accepted"},
    p.OfferDeclined: lambda d, e: {"status": "lapsed" if e.lapsed else "declined", "leaves": e.leaves},
    p.ProposalClosed: lambda d, e: {"status": "closed"},
}
_SECONDMENT: dict[type, Change] = {
    s.SecondmentForeseen: lambda d, e: _case(e) | {"status": "foreseen", "memorandum": "none", "missing": []},
    s.SecondmentAgreed: lambda d, e: _stays(e) | {"status": "agreed", "starts_on": e.starts_on, "ends_on": e.ends_on},
    s.SecondeePassed: lambda d, e: {"secondee_id": e.secondee_id},
    s.SecondeeReplaced: lambda d, e: {"secondee_id": e.secondee_id, "memorandum": "none", "copies": {}},
    s.PapersPassed: lambda d, e: {"papers": True},
    s.MemorandumDrafted: lambda d, e: {"memorandum": "drafted"},
    s.MemorandumSent: lambda d, e: {"memorandum": "sent"},
    s.MemorandumReturned: lambda d, e: {
        "memorandum": "concluded",
        "copies": d.get("copies", {}) | {"jetro": e.returned_on},
    },
    s.MemorandumCopyConfirmed: lambda d, e: {"copies": d.get("copies", {}) | {e.holder: e.confirmed_on}},
    s.TermChanged: lambda d, e: (
        _to_appraise(d, e)
        | {"ends_on": e.change.until}
        | {"stays": [{"fiscal_year": stay.fiscal_year, "site": stay.site} for stay in e.change.stays]}
    ),
    s.SecondmentStarted: lambda d, e: (
        _to_appraise(d, e) | {"status": "running", "started_on": e.started_on, "missing": []}
    ),
    s.StartHeld: lambda d, e: {"status": "held", "missing": list(e.missing)},
    s.SecondeeDeparted: lambda d, e: {"departed_on": e.departed_on, "office": e.office},
    s.DeparturePostponed: lambda d, e: {"departure_planned_for": e.planned_for},
    s.DepartureCancelled: lambda d, e: _stays(e) | {"departure_cancelled": True},
    a.AppraisalOverdue: lambda d, e: {"overdue_appraisals": [*d.get("overdue_appraisals", []), e.appraised_year]},
    a.AppraisalStepRecorded: lambda d, e: _appraised(d, e.appraised_year, **{e.step: e.recorded_on}),
    a.AppraisalReported: lambda d, e: (
        _appraised(d, e.appraised_year, reported=e.reported_on)
        | {"overdue_appraisals": [year for year in d.get("overdue_appraisals", []) if year != e.appraised_year]}
    ),
    s.SecondmentEnded: lambda d, e: {"status": "ended", "ends_on": e.ended_on, "early": e.early},
    s.SecondmentCalledOff: lambda d, e: {"status": "called_off"},
    s.EndAsked: lambda d, e: {"end_asked": True},
}
_AMENDMENT: dict[type, Change] = {
    m.AmendmentsOpened: lambda d, e: _case(e) | {"status": "none"},
    m.AmendmentAsked: lambda d, e: {
        "status": "open",
        "number": e.number,
        "until": e.asked.until,
        "before": e.asked.before,
        "asked_on": e.asked.asked_on,
        "agreed": [],
    },
    m.AmendmentAgreed: lambda d, e: {"agreed": [*d["agreed"], e.party]},
    m.AmendmentDropped: lambda d, e: {"status": "dropped"},
    m.AmendmentConcluded: lambda d, e: {"status": "concluded"},
}
_CONDUCT: dict[type, Change] = {
    o.ConductOpened: lambda d, e: _case(e) | {"sender_work": 0, "not_recognised": 0},
    o.SenderWorkJudged: lambda d, e: {
        "sender_work": d["sender_work"] + 1,
        "not_recognised": d["not_recognised"] + (e.decision.outcome != "passed"),
    },
}
_PREPARATION: dict[type, Change] = {
    n.PreparationOpened: lambda d, e: _case(e) | {"items": {}},
    n.ItemTicked: lambda d, e: {"items": d["items"] | {e.item: {"state": e.ticked.state, "acts": e.acts}}},
}
_SUPPORT: dict[type, Change] = {
    c.SupportPrepared: lambda d, e: _case(e) | {"status": "prepared", "contacts": 0, "visits": {}},
    c.CoordinatorAssigned: lambda d, e: {
        "coordinator_id": e.coordinator_id,
        "status": d["status"] if d["status"] == "running" else "assigned",
    },
    c.CoordinatorAwaited: lambda d, e: {"status": "waiting"},
    c.AdoptedTooLate: lambda d, e: {"status": "late"},
    c.KickedOff: lambda d, e: {
        "status": "running",
        "started_on": e.started_on,
        "until": e.until,
        "stage": e.stage,
    },
    c.ContactRecorded: lambda d, e: (
        {"contacts": d["contacts"] + 1, "last_contact_on": e.on}
        | ({"visits": d["visits"] | {e.visit_id: d["visits"][e.visit_id] | {"status": "made"}}} if e.visit_id else {})
    ),
    c.VisitFixed: lambda d, e: {"visits": d["visits"] | {e.visit_id: {"on": e.on, "status": "fixed"}}},
    c.VisitCancelled: lambda d, e: {
        "visits": d["visits"] | {e.visit_id: d["visits"][e.visit_id] | {"status": "cancelled"}}
    },
    v.ServiceUsed: lambda d, e: {
        "services": d.get("services", {}) | {e.use_id: {"service": e.service, "on": e.used_on, "status": "used"}}
    },
    v.ServiceWithdrawn: lambda d, e: {
        "services": d["services"] | {e.use_id: d["services"][e.use_id] | {"status": "withdrawn"}}
    },
    c.MenuJudged: lambda d, e: (
        {"menus": d.get("menus", {}) | {e.menu: d.get("menus", {}).get(e.menu, 0) + e.times}}
        if e.decision.outcome == "passed"
        else {}
    ),
    c.ReviewHeld: lambda d, e: {"stage": e.stage or d["stage"], "until": e.until or d["until"]},
    c.FactsReported: lambda d, e: _case(e),
    c.SurveyAsked: lambda d, e: {"surveys_unanswered": [*d.get("surveys_unanswered", []), e.survey]},
    c.SurveyAnswered: lambda d, e: {
        "surveys_unanswered": [each for each in d.get("surveys_unanswered", []) if each != e.survey]
    },
    c.SupportEnded: lambda d, e: {"status": "ended", "until": e.ended_on, "ground": e.ground},
}

PROJECTIONS = [
    Projection("rounds", 1, _of("round-"), _fold(_ROUND)),
    Projection("proposals", 1, _of("proposal-"), _fold(_PROPOSAL)),
    Projection("secondments", 2, _of("secondment-"), _fold(_SECONDMENT)),
    Projection("amendments", 1, _of("amendment-"), _fold(_AMENDMENT)),
    Projection("conducts", 2, _of("conduct-"), _fold(_CONDUCT)),
    Projection("preparations", 2, _of("preparation-"), _fold(_PREPARATION)),
    Projection("supports", 3, _of("support-"), _fold(_SUPPORT), [("organisation_id",)]),
]
"""What placement's work lists are read from."""
