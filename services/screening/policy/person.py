"""The person whom the sender names (S-LI-1): age, health, experience, language.

The facts are plain here and nowhere else; what a decision keeps of them is sealed by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from policies.calendars import age_on
from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from schemas.values import Route
from services.screening.policy.basis import Basis, PersonDecision

Rules = Basis[SecondmentEdition]


@dataclass(frozen=True)
class Person:
    """What a secondee's sealed fields say, opened. ``experience_years`` are full years; no TOEIC is None.

    ``undeclared`` is what of S-SC-6 sender or secondee have not declared.
    """

    birth_date: date
    toeic: int | None
    experience_years: int
    undeclared: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Nothing about the person: it could get into a trace."""
        return "Person(sealed)"


def examine(
    person: Person, route: Route, sites: Sequence[str], secondment_id: str, basis: Rules
) -> tuple[PersonDecision, ...]:
    """S-SC-5…8 on one person, who goes to ``sites``. Facts name the secondment."""
    return (
        s_sc_5_age(person.birth_date, secondment_id, basis),
        s_sc_6_declarations(person.undeclared, secondment_id, basis),
        s_sc_7_experience(person.experience_years, secondment_id, basis),
        s_sc_8_language(person.toeic, route, sites, secondment_id, basis),
    )


def s_sc_5_age(birth_date: date, secondment_id: str, basis: Rules) -> PersonDecision:
    """S-SC-5: under 40 on the day that the edition counts on: the start, unless it says otherwise. Soft."""
    bar, counted = basis.read("bars.age_under"), basis.read("bars.age_counted_on")
    day = basis.read("dates.starts" if counted.text == "start" else "dates.reception_closes")
    age = age_on(birth_date, day.day)
    outcome = "passed" if age < bar.number else "waiver_asked"
    facts = {"secondment_id": secondment_id, "counted_on": day.day.isoformat()}
    decision = basis.rule("S-SC-5", outcome, facts, bar, counted, day)  # type: ignore[arg-type]  # one of two outcomes
    return PersonDecision(decision, {"birth_date": birth_date.isoformat(), "age": age})


def s_sc_6_declarations(undeclared: tuple[str, ...], secondment_id: str, basis: Rules) -> PersonDecision:
    """S-SC-6: health and cooperation, each declared by the sender and by the secondee."""
    decision = basis.rule("S-SC-6", "refused" if undeclared else "passed", {"secondment_id": secondment_id})
    return PersonDecision(decision, {"undeclared": ",".join(undeclared)})


def s_sc_7_experience(years: int, secondment_id: str, basis: Rules) -> PersonDecision:
    """S-SC-7: 5 years of working experience or more. Soft."""
    bar = basis.read("bars.experience_years_least")
    decision = basis.rule(
        "S-SC-7", "passed" if years >= bar.number else "waiver_asked", {"secondment_id": secondment_id}, bar
    )
    return PersonDecision(decision, {"experience_years": years})


def s_sc_8_language(
    toeic: int | None, route: Route, sites: Sequence[str], secondment_id: str, basis: Rules
) -> PersonDecision:
    """S-SC-8: TOEIC 730 or more for those who go overseas; for others the level that their units ask for. Soft.

    Where no unit asks for any, the decision says so.
    """
    facts: dict[str, object] = {"secondment_id": secondment_id, "route": route}
    if route == "domestic_then_overseas":
        asked = [basis.read("bars.toeic_overseas_least")]
    else:
        asked = levels_asked(sites, basis)
        facts |= {"units": sorted(set(sites)), "level": "asked" if asked else "none asked"}
    met = all(toeic is not None and toeic >= each.number for each in asked)
    return PersonDecision(basis.rule("S-SC-8", "passed" if met else "waiver_asked", facts, *asked), {"toeic": toeic})


def levels_asked(sites: Iterable[str], basis: Rules) -> list[Read]:
    """The levels that these units ask for, of those that ask for any."""
    found = (basis.edition.level_asked(site, basis.on) for site in sorted(set(sites)))
    return [each for each in found if each is not None]
