"""Decisions in a secondment's life: announcement, start, departure, end (S-PL-10, S-LI-2…6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kernel.sealing import Confidential
from policies.calendars import add_days, add_months, full_months_between
from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Outcome, day_in_tokyo
from services.placement.policy.decisions import RULE, decided

REQUIREMENTS = {
    "domestic_year": ("国内での勤務期間の満了", "the domestic year served"),
    "visa": ("査証の取得", "the visa"),
    "health_check": (
        "渡航前の所定期間内に受けた健康診断と結果の報告",
        "a recent health check with its result reported",
    ),
    "safety_training": ("安全対策の研修", "the safety training"),
}
"""What a departure needs (S-LI-4), in words."""

START_NEEDS = {
    "secondee": ("出向者の審査", "the secondee's screening"),
    "papers": ("必要書類", "the papers"),
    "memorandum": ("覚書の締結", "the concluded memorandum"),
}
"""What a start needs (S-LI-2, S-SC-9), in words."""


@dataclass(frozen=True)
class DepartureFacts:
    """What an officer states of a departure. ``health_check_on`` is None where none was made.

    ``done`` are the items of the checklist that are done by that day.
    """

    departed_on: date
    visa_granted: bool
    health_check_on: date | None
    health_result_reported: bool
    safety_training_on: date | None
    done: frozenset[str] = frozenset()


def s_pl_10_notice(edition: SecondmentEdition, by: str, reason: Confidential | None, *, at: datetime) -> Decision:
    """Whether the results go out on their day or after, early enough before the start.

    An officer may let them go out sooner or later, with a reason: a waiver.
    """
    day, starts = day_in_tokyo(at), edition.dates.starts.first
    names = ("results_months_before_start", "starts", "results_announced")
    read = [edition.value(f"dates.{name}", day) for name in names]
    early = add_months(day, read[0].number) <= starts
    facts = {"announced_on": day.isoformat()}
    on_time = early and day >= read[2].day
    outcome: Outcome = "passed" if on_time else ("held" if by == RULE else "waived")
    return decided("S-PL-10", outcome, edition=edition.id, at=at, facts=facts, read=read, by=by, reason=reason)


def s_li_2_concluded(
    edition: SecondmentEdition, returned_on: date, by: str, reason: Confidential | None, *, at: datetime
) -> Decision:
    """Whether the memorandum is concluded in the month before the start; outside it by HR's waiver, with a reason."""
    read = [edition.value(f"dates.{name}", day_in_tokyo(at)) for name in ("memorandum_from", "memorandum_by")]
    outcome: Outcome = "passed" if read[0].day <= returned_on <= read[1].day else "waived"
    facts = {"returned_on": returned_on.isoformat()}
    return decided("S-LI-2", outcome, edition=edition.id, at=at, facts=facts, read=read, by=by, reason=reason)


def s_li_2_start(
    edition: SecondmentEdition, lacks: tuple[str, ...], on: date, by: str, reason: Confidential | None, *, at: datetime
) -> Decision:
    """Whether a secondment may start: not without the memorandum, the secondee's screening and the papers."""
    read = [edition.value("dates.starts", day_in_tokyo(at))]
    facts = {"missing": list(lacks), "starts_on": on.isoformat()}
    outcome: Outcome = "held" if lacks else "passed"
    return decided("S-LI-2", outcome, edition=edition.id, at=at, facts=facts, read=read, by=by, reason=reason)


def s_li_4_earliest(edition: SecondmentEdition, started_on: date, on: date) -> date:
    """The first day on which one can depart: when the years in Japan are served."""
    return add_months(started_on, 12 * edition.value("routes.domestic_then_overseas.domestic_years", on).number)


def s_pl_11_as_planned(
    edition: SecondmentEdition,
    planned_for: date | None,
    on: date,
    by: str,
    reason: Confidential | None,
    *,
    at: datetime,
) -> tuple[Decision, ...]:
    """Whether a postponed departure keeps to its new day; before it one leaves by HR's word, with a reason."""
    if planned_for is None:
        return ()
    outcome: Outcome = "passed" if on >= planned_for else "waived"
    facts = {"planned_for": planned_for.isoformat(), "departed_on": on.isoformat()}
    return (decided("S-PL-11", outcome, edition=edition.id, at=at, facts=facts, by=by, reason=reason),)


def s_li_4_departure(
    edition: SecondmentEdition, started_on: date, until: date, facts: DepartureFacts, by: str, *, at: datetime
) -> tuple[Decision, ...]:
    """The four conditions of a departure, each decided by itself; ``until`` is the stay's last day.

    So is whatever else the edition's checklist says a departure needs.
    """
    on = facts.departed_on
    years = edition.value("routes.domestic_then_overseas.domestic_years", on)
    least = edition.value("departure.health_check_from_months", on)
    within = edition.value("departure.health_check_within_months", on)
    served = s_li_4_earliest(edition, started_on, on) <= on
    months = full_months_between(on, add_days(until, 1))
    checked = facts.health_check_on
    recent = checked is not None and add_months(on, -within.number) <= checked <= on
    healthy = months < least.number or (recent and facts.health_result_reported)
    trained = facts.safety_training_on is not None and facts.safety_training_on <= on
    found: tuple[tuple[str, bool, dict[str, object], list[Read]], ...] = (
        ("domestic_year", served, {"started_on": started_on.isoformat()}, [years]),
        ("visa", facts.visa_granted, {}, []),
        ("health_check", healthy, _health(facts, months, recent), [least, within]),
        ("safety_training", trained, {}, []),
        *((item, item in facts.done, {}, []) for item in further(edition)),
    )
    return tuple(
        decided(
            "S-LI-4",
            "passed" if met else "refused",
            edition=edition.id,
            at=at,
            facts={"requirement": name, "departed_on": on.isoformat(), **seen},
            read=read,
            by=by,
        )
        for name, met, seen, read in found
    )


def further(edition: SecondmentEdition) -> tuple[str, ...]:
    """The items of the checklist that bar a departure beside those of the clause itself."""
    items = edition.departure.checklist.items()
    return tuple(item for item, task in items if task.required and item not in REQUIREMENTS)


def _health(facts: DepartureFacts, months: int, recent: bool) -> dict[str, object]:
    """Facts without the days: when somebody saw a doctor is theirs."""
    return {"recent": recent, "result_reported": facts.health_result_reported, "months_overseas": months}
