"""What docs/architecture.md says of the services is what the code does."""

from __future__ import annotations

from kernel.service import Spec
from schemas.base import REGISTRY
from schemas.events import TOPICS, all_events
from services.billing.main import SPEC as BILLING
from services.intake.main import SPEC as INTAKE
from services.notify.main import SPEC as NOTIFY
from services.placement.main import SPEC as PLACEMENT
from services.screening.main import SPEC as SCREENING
from tests.docs.documents import ROOT, table_after

SPECS: tuple[Spec, ...] = (INTAKE, SCREENING, PLACEMENT, BILLING, NOTIFY)
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TABLE = table_after(TEXT, "## Who publishes and consumes what")


def as_the_code_has_it(event: str) -> list[str]:
    """The event's row."""
    consumers = [spec.name for spec in SPECS if event in spec.handlers.names]
    return [event, REGISTRY[event].TOPIC, ", ".join(consumers) or "–"]


def test_the_table_is_what_the_code_does() -> None:
    wanted = [as_the_code_has_it(kind.NAME) for kind in all_events()]
    assert wanted == TABLE, "\n".join(
        ["docs/architecture.md should say:", *(f"| {' | '.join(row)} |" for row in wanted if row not in TABLE)]
    )


def test_the_table_has_every_event_once() -> None:
    named = [row[0] for row in TABLE]
    assert sorted(named) == sorted(kind.NAME for kind in all_events())
    assert len(named) == len(set(named))


def test_a_service_consumes_only_what_there_is() -> None:
    assert [(spec.name, name) for spec in SPECS for name in spec.handlers.names if name not in REGISTRY] == []


def test_each_service_has_a_topic_of_its_own_name_and_knows_all_topics() -> None:
    assert tuple(spec.name for spec in SPECS) == TOPICS
    assert all(tuple(spec.topics) == TOPICS for spec in SPECS)


def test_who_may_open_what_is_what_is_configured() -> None:
    told = {row[0]: {word.strip() for word in row[1].split(",")} for row in table_after(TEXT, "## What is personal")}
    assert told == {spec.name: set(spec.opens) for spec in SPECS}


def test_every_decision_record_is_linked() -> None:
    records = {f"decisions/{path.name}" for path in (ROOT / "docs" / "decisions").glob("*.md")}
    assert {record for record in records if f"]({record})" not in TEXT} == set()


def test_every_service_has_the_rooms() -> None:
    rooms = [row[0].strip("`") for row in table_after(TEXT, "## The rooms of a service")]
    missing = [
        f"{spec.name}/{room}"
        for spec in SPECS
        for room in rooms
        if not any((ROOT / "services" / spec.name / name).exists() for name in (room, f"{room}.py"))
    ]
    assert missing == []
