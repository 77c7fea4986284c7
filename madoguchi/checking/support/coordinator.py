"""Cases of the choice of a coordinator: who fits how well, and who is chosen among those with room (C-PL-1)."""

from __future__ import annotations

from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, computed, found
from madoguchi.checking.rules import Rules
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.values import Scalar
from services.placement.domain import Coordinator
from services.placement.domain.support_events import Needs
from services.placement.policy.coordinators import c_pl_1_match, c_pl_1_most, c_pl_1_rank


def coordinator(edition: SupportEdition, facts: Facts) -> Found:
    """C-PL-1: how well ``coordinator`` fits the company; or else who is chosen, 1 being the best rank.

    ``full`` are those who have no room (``all`` of them), ``companies`` how many some accompany already.
    """
    needs = Needs(
        prefecture=facts.text("prefecture"),
        field=facts.text("field"),
        languages=facts.texts("languages"),
        stage="strategy",
    )
    people = edition.coordinators.root
    if facts.known("coordinator"):
        label = _known(edition, facts.text("coordinator"), "coordinator")
        return computed({"rank": c_pl_1_rank(edition, needs, people[label])}, "C-PL-1")
    full = tuple(people) if facts.texts("full") == ("all",) else facts.texts("full")
    at = start_of_day(edition.dates.support_from.first)
    busy = {_known(edition, label, "full"): c_pl_1_most(edition, label, at=at) for label in full}
    busy |= {_known(edition, label, "companies"): count for label, count in facts.counts("companies").items()}
    load = {label: _accompanying(edition, label, count) for label, count in busy.items()}
    match = c_pl_1_match(edition, "C-0001", needs, load, at=at)
    if match.coordinator_id is None:
        return found(match.decision.outcome, "C-PL-1")
    gives: dict[str, Scalar] = {"coordinator": match.coordinator_id, "rank": match.rank}
    return computed(gives, "C-PL-1")


def _known(edition: SupportEdition, label: str, fact: str) -> str:
    if label not in edition.coordinators.root:
        raise BadFacts(fact, f"{label} というコーディネーターはいません。", f"There is no coordinator {label}.")
    return label


def _accompanying(edition: SupportEdition, label: str, count: int) -> Coordinator:
    at, year = start_of_day(edition.dates.support_from.first), edition.edition.fiscal_year
    made = Coordinator.register(year, label, c_pl_1_most(edition, label, at=at), at=at)
    for number in range(count):
        made.take(f"app-{number}", count, at=at)
    return made


RULES: Rules[SupportEdition] = {"coordinator": coordinator}
