"""C-SC-15 by walking: no letter, answer, problem, log line, metric or span has a place that a ground could stand in.

`test_secrecy.py` walks the published events; here is every other way out. What a walk allows is listed by name, so that
whoever opens a new way has to say so here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from kernel import http, operations
from kernel.access import Trusting
from kernel.metrics import Metrics
from kernel.run import besides
from policies.catalogue import COMMON, FROM_EDITION
from policies.editions import load, years
from policies.papers import PAPERS, layouts
from policies.support.edition import SupportEdition
from schemas.base import REGISTRY, OfSecondmentCase
from services.billing.main import SPEC as BILLING
from services.intake.main import SPEC as INTAKE
from services.notify.main import SPEC as NOTIFY
from services.notify.policy.told import LATER, OF_SUPPORT
from services.placement.main import SPEC as PLACEMENT
from services.screening.main import SPEC as SCREENING

pytestmark = pytest.mark.clause("C-SC-15")
ROOT = Path(__file__).resolve().parents[2]
EDITIONS = [load("support", year) for year in years("support")]
GROUND = re.compile(
    r"decision|reason|grounds|criteri|strength|score|judg|assess|evaluat|examin|conflict|waive|outcome|stage_?(one|two)"
    r"|in_doubt|cleared|questions|overdue|alarm|interest"
)
"""Names that a ground, a note or the course of a screening would bear."""
KEPT_OUT = ("party", "secondee", "support")
"""Fields of events that letters are never told (`facts_of`)."""


def letters() -> Iterator[Any]:
    for edition in EDITIONS:
        for code, entry in edition.letters.root.items():
            yield pytest.param(edition, code, entry, id=f"{edition.id} {code}")


@pytest.mark.parametrize(("edition", "code", "entry"), [*letters()])
def test_a_letter_is_told_fields_of_a_published_event_and_nothing_else(
    edition: SupportEdition, code: str, entry: Any
) -> None:
    event = REGISTRY[entry.event].model_fields.keys() - {*KEPT_OUT}
    assert {*entry.variables} <= event | LATER | OF_SUPPORT.keys() | {*COMMON, *FROM_EDITION}
    assert {*entry.when} <= event
    assert [name for name in (*entry.variables, *entry.when) if GROUND.search(name)] == []


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_no_text_of_a_letter_repeats_a_criterion_or_a_ground(edition: SupportEdition) -> None:
    criteria = [each.first for each in edition.screening.criteria.values()]
    clauses = re.compile(r"C-SC-(?:[1-9]|12|16)\b")
    for code, text in edition.texts.items():
        assert not [each for each in criteria if each in text.body], code
        assert clauses.search(text.body) is None, code


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_no_paper_that_a_letter_encloses_has_a_place_for_a_ground_or_repeats_a_criterion(
    edition: SupportEdition,
) -> None:
    criteria = [each.first for each in edition.screening.criteria.values()]
    known = {*FROM_EDITION, "family", "dated"}
    for parameter, _, name in layouts(edition):
        text, variables = edition.layouts[name], {*PAPERS[parameter].variables}
        assert {*re.findall(r"\bdata\.(\w+)", text)} <= variables | known, name
        assert [each for each in variables if GROUND.search(each)] == [], name
        assert not [each for each in criteria if each in text], name


def names_in(schema: Any) -> Iterator[str]:
    """Every property's name and every word of a closed list."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (str(each) for each in schema.get("enum", ()))
        for part in schema.values():
            yield from names_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from names_in(part)


HARMLESS = {
    "public_interest": "a kind of sender",
    "reason": "what an officer says of an own command at the counter, or a word on why reception closed",
    "decisions": "the counter's own: late (S-IN-1), full (C-IN-3)",
    "outcome": "of a consumed message, for operations",
    "interested_in_global_south": "what the company states itself (C-IN-8)",
}


def test_no_answer_at_the_counter_has_a_place_for_a_ground() -> None:
    app = FastAPI()
    http.install(app, Trusting())
    for router in INTAKE.routers:
        app.include_router(router)
    app.include_router(besides(operations.router, INTAKE.routers))
    found = {name for name in names_in(app.openapi()) if GROUND.search(name)}
    assert found - HARMLESS.keys() == set()


def test_only_screening_and_placement_can_open_what_is_confidential_and_none_of_it_is_told_to_placement() -> None:
    may = {spec.name for spec in (INTAKE, SCREENING, PLACEMENT, BILLING, NOTIFY) if "confidential" in spec.opens}
    assert may == {"screening", "placement"}
    heard = {name for name in PLACEMENT.handlers.names if REGISTRY[name].TOPIC == "screening"}
    told = {name for name in heard if not issubclass(REGISTRY[name], OfSecondmentCase)}  # of a company
    assert told == {"CompanyAdopted", "DisclosureRecorded"}
    fields = {f for name in ("CompanyAdopted", "DisclosureRecorded") for f in REGISTRY[name].model_fields}
    assert [each for each in fields if GROUND.search(each)] == []


def test_that_a_case_is_closed_to_an_officer_is_heard_at_the_counter_alone() -> None:
    # It names no officer and no ground (C-SC-16); nobody else has anything to keep an officer away from.
    heard = {s.name for s in (INTAKE, SCREENING, PLACEMENT, BILLING, NOTIFY) if "CaseClosed" in s.handlers.names}
    assert heard == {"intake"}
    assert [name for name in REGISTRY["CaseClosed"].model_fields if GROUND.search(name)] == []


def calls(folder: str) -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


CODE = ("kernel", "services", "policies")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGGED = {
    "service", "why", "commits", "message", "key", "reason", "work", "timer", "subject", "pause", "programme",
    "fiscal_year", "current", "known", "shard",
}  # fmt: skip
"""What lines of a log may say: ids, names of errors, of services and of events."""
REASONS = {"kernel/consumer.py"}
"""Where ``reason`` is the name of an error, and never an officer's."""


def test_a_log_line_says_a_fixed_text_and_ids() -> None:
    found = 0
    for place, call in (each for folder in CODE for each in calls(folder)):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS):
            continue
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id in ("logger", "log")):
            continue
        found += 1
        assert [type(argument) for argument in call.args] == [ast.Constant], f"{place}: a log line's text is fixed"
        said = {keyword.arg for keyword in call.keywords}
        assert said <= LOGGED, f"{place}: {said - LOGGED} is not to be logged"
        assert "reason" not in said or place.partition(":")[0] in REASONS, place
    assert found > 10


def test_a_metric_is_labelled_with_names_that_the_code_fixes() -> None:
    labels = {label for metric in vars(Metrics("screening")).values() for label in getattr(metric, "_labelnames", ())}
    of_requests, of_work = {"method", "route", "status"}, {"work", "state", "timer", "invariant"}
    of_the_log = {"service", "follower", "event", "outcome", "topic", "access"}
    assert labels == of_the_log | of_work | of_requests


def test_a_span_bears_the_status_and_nothing_else() -> None:
    set_ = [
        call.args[0].value
        for folder in CODE
        for _, call in calls(folder)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "set_attribute"
        if isinstance(call.args[0], ast.Constant)
    ]
    assert set_ == ["http.response.status_code"]


def test_a_refusal_on_a_ground_of_the_screening_is_said_by_screening_alone() -> None:
    grounds = re.compile(r"C-SC-(?:[1-9]|12)")
    said = {
        place.partition("/")[2].partition("/")[0]
        for place, call in calls("services")
        if isinstance(call.func, ast.Name) and call.func.id in ("Refused", "Barred", "fault")
        if call.args and isinstance(call.args[0], ast.Constant) and grounds.fullmatch(str(call.args[0].value))
    }
    assert said == {"screening"}
