"""How long what is kept, by what became of it; holds; disposal by an officer; the register that outlives it."""

from __future__ import annotations

import asyncio
import json
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from kernel.log import Context
from kernel.publishing import Message
from kernel.refusals import Refused
from policies.editions import load
from schemas.__main__ import example
from schemas.base import REGISTRY
from schemas.values import TOKYO
from services.intake.domain import Custody, Erasure
from services.intake.main import SPEC
from services.intake.policy.retention import g_7_assessed
from tests.intake import forms
from tests.intake.support import DEADLINE, SUPPORT_OPEN, Counter, clauses, officer

pytestmark = pytest.mark.clause("G-7")
EDITIONS = {f"{p}/2026": load(p, 2026) for p in ("secondment", "support")}
PERSON, OTHER, OF = "secondee-app-1.1-a", "secondee-app-1.1-b", "app-1.1"
ORG = f"org-{forms.number(1)}"


def file(**changed: Any) -> dict[str, Any]:
    """A file as the read model has it: a form that was submitted, and nothing came of it."""
    plain = {
        "programme": "secondment", "fiscal_year": 2026, "edition": "secondment/2026", "receipt_number": "S2026-0001",
        "status": "submitted", "subjects": ["org-1"], "last_on": "2025-11-10", "decided_on": None, "secondees": {},
        "current": {}, "running": [], "ended": {}, "balances": {}, "booked_on": None,
    }  # fmt: skip
    return plain | changed


def company(**changed: Any) -> dict[str, Any]:
    return file(programme="support", edition="support/2026", receipt_number="C2026-0001", **changed)


NAMED: dict[str, Any] = {"secondees": {PERSON: {"secondment": OF, "named_on": "2026-01-30"}}, "current": {OF: PERSON}}
REPLACED: dict[str, Any] = {
    "secondees": {
        PERSON: {"secondment": OF, "named_on": "2026-03-30", "replaced_on": "2026-04-02"},
        OTHER: {"secondment": OF, "named_on": "2026-04-02"},
    },
    "current": {OF: OTHER},
}
ENDED = {"ended": {OF: "2028-03-31"}}
CASES: dict[str, tuple[dict[str, Any], str, str, str | None]] = {
    "an invitation that nobody answered": (file(status="unanswered"), "org-1", "unanswered", "2027-04-01"),
    "no wish": (file(status="no_wish"), "org-1", "no_wish", "2027-04-01"),
    "refused": (file(status="refused", last_on="2026-03-31"), "org-1", "refused", "2029-04-01"),
    "refused a day later is a fiscal year later": (
        file(status="refused", last_on="2026-04-01"), "org-1", "refused", "2030-04-01"),
    "withdrawn": (file(status="withdrawn"), "org-1", "withdrawn", "2029-04-01"),
    "nothing came of it": (file(), "org-1", "not_selected", "2030-04-01"),
    "a secondment runs": (file(running=[OF]), "org-1", "carried_out", None),
    "a secondment ended": (file(**ENDED), "org-1", "carried_out", "2033-04-01"),
    "one ended and another runs": (file(running=["app-1.2"], **ENDED), "org-1", "carried_out", None),
    "an invoice is open": (file(**ENDED, balances={"I-1": 5}, booked_on="2027-04-06"), "org-1", "accounting", None),
    "too much was paid": (file(**ENDED, balances={"I-1": -5}, booked_on="2027-04-06"), "org-1", "accounting", None),
    "all is paid": (
        file(**ENDED, balances={"I-1": 0, "I-2": 0}, booked_on="2027-05-20"), "org-1", "accounting", "2038-04-01"),
    "withdrawn after it had begun": (file(status="withdrawn", **ENDED), "org-1", "carried_out", "2033-04-01"),
    "the person who was sent": (file(**NAMED, **ENDED), PERSON, "person", "2033-04-01"),
    "the person who is there": (file(**NAMED, running=[OF]), PERSON, "person", None),
    "the person who was not sent": (file(**NAMED), PERSON, "person_not_sent", "2028-04-01"),
    "the person whom another replaced": (file(**REPLACED, **ENDED), PERSON, "person_not_sent", "2028-04-01"),
    "the other one": (file(**REPLACED, **ENDED), OTHER, "person", "2033-04-01"),
    "a registration without consent": (company(status="registered"), "org-1", "not_completed", "2028-04-01"),
    "a company that is being screened": (company(), "org-1", "not_selected", None),
    "a company that was not adopted": (company(decided_on="2026-03-02"), "org-1", "not_selected", "2029-04-01"),
    "a company that is accompanied": (
        company(decided_on="2026-03-02", running=["support"]), "org-1", "carried_out", None),
    "a support that ended": (
        company(decided_on="2026-03-02", ended={"support": "2026-06-30"}), "org-1", "carried_out", "2032-04-01"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_record_has_its_class_and_its_day(name: str) -> None:
    said, subject, kept_as, due = CASES[name]
    found = g_7_assessed(subject, [said], EDITIONS)
    assert found.due_on == (date.fromisoformat(due) if due else None)
    if due is None:
        assert (said["receipt_number"], kept_as) in found.open
    else:
        assert found.last is not None
        assert (found.last.kept_as, found.open) == (kept_as, ())
        assert found.last.counted_from == date(found.due_on.year - found.last.years.number, 4, 1)  # type: ignore[union-attr]  # has one


def test_of_several_files_the_longest_counts_and_one_that_goes_on_holds_all() -> None:
    old, long = file(status="no_wish"), file(**ENDED, balances={"I-1": 0}, booked_on="2027-05-20")
    found = g_7_assessed("org-1", [old, long], EDITIONS)
    assert found.due_on == date(2038, 4, 1)
    assert g_7_assessed("org-1", [old, long, file(running=[OF])], EDITIONS).due_on is None


async def hears(counter: Counter, name: str, **data: Any) -> None:
    """Another service says something of the first form."""
    event = example(REGISTRY[name])
    said = json.loads(event.model_dump_json()) | data
    message = Message(
        id=f"test/{name}/{counter.world.ids.new()}", name=name, version=1, source="test", topic=event.TOPIC,
        key=said["application_id"], time=datetime(2026, 3, 1, tzinfo=TOKYO), position=1, context=Context(),
        data=msgspec.json.encode(said),
    )  # fmt: skip
    await counter.company["intake"].consumer.take([message])
    assert await counter.company["intake"].parking.listed() == []
    await counter.company.run()


async def told_of(counter: Counter, where: str) -> None:
    """The first form's secondment is over, and all is paid but a part that goes back."""
    application = where.rpartition("/")[2]
    of = {"application_id": application}
    await hears(counter, "SecondmentStarted", **of, secondment_id=f"{application}.1")
    await hears(counter, "InvoiceIssued", **of, number="I-1", issued_on="2027-04-06", total=1000)
    await hears(counter, "SecondmentEnded", **of, secondment_id=f"{application}.1", ended_on="2028-03-31")
    await hears(counter, "PaymentReceived", **of, number="I-1", received_on="2027-05-20", balance=200)
    await hears(counter, "ReturnInvoiceIssued", **of, returns="I-1", issued_on="2028-04-20", total=200)


async def due(counter: Counter, on: str = "") -> list[tuple[str, str]]:
    items = (await counter.ask("GET", "/retention/due", params={"on": on} if on else {})).json()["items"]
    return [(each["subject"], each["due_on"]) for each in items]


async def test_the_day_follows_from_what_happened_alone() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    await counter.places()
    await counter.ask("POST", f"{where.removeprefix('/v1')}/secondee", json=forms.secondee())
    await counter.sends({"party": forms.party(2), "no_wish": True})
    await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=[forms.party(4)]))
    assert await due(counter, "2027-03-31") == []
    assert await due(counter, "2027-04-01") == [
        (subject, "2027-04-01") for subject in sorted(f"org-{forms.number(n)}" for n in (2, 4))
    ]
    await told_of(counter, where)
    person = (await counter.ask("GET", "/retention/due", params={"on": "2033-04-01"})).json()["items"]
    assert [(each["kept_as"], each["subject"].partition("-")[0]) for each in person][-1] == ("person", "secondee")
    assert (ORG, "2039-04-01") not in await due(counter, "2039-03-31")
    assert (ORG, "2039-04-01") in await due(counter, "2039-04-01")
    found = (await counter.ask("GET", f"/retention/subjects/{ORG}")).json()
    assert (found["kept_as"], found["years"], found["ended_on"]) == ("accounting", 10, "2028-04-20")
    assert (found["receipts"], found["open"], found["holds"]) == (["S2026-0001"], [], [])
    assert found["name"] == forms.party(1)["name"]


async def a_sender_without_a_wish() -> Counter:
    counter = Counter()
    await counter.sends({"party": forms.party(1), "no_wish": True})
    return counter


async def test_nothing_is_disposed_of_before_its_day_nor_by_itself() -> None:
    counter = await a_sender_without_a_wish()
    early = await counter.ask("POST", f"/retention/subjects/{ORG}/disposal", json=officer())
    assert (early.status_code, clauses(early)) == (409, [("", "G-7")])
    assert "2027年4月1日" in early.text
    await counter.company.move(datetime(2027, 3, 31, 23, 59, tzinfo=TOKYO))
    assert (await counter.ask("POST", f"/retention/subjects/{ORG}/disposal", json=officer())).status_code == 409
    await counter.company.move(datetime(2040, 4, 1, tzinfo=TOKYO))
    assert await due(counter) == [(ORG, "2027-04-01")]
    state = await counter.ask("GET", f"/organisations/{ORG}")
    assert state.json()["party"]["name"] == forms.party(1)["name"]


async def test_what_goes_on_is_not_disposed_of() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    application = where.rpartition("/")[2]
    await hears(counter, "SecondmentStarted", application_id=application, secondment_id=f"{application}.1")
    await counter.company.move(datetime(2060, 4, 1, tzinfo=TOKYO))
    refused = await counter.ask("POST", f"/retention/subjects/{ORG}/disposal", json=officer())
    assert (refused.status_code, clauses(refused)) == (409, [("", "G-8")])
    unknown = await counter.ask("POST", "/retention/subjects/org-unknown/disposal", json=officer())
    assert unknown.status_code == 404


async def test_a_disposal_erases_and_the_register_outlives_it() -> None:
    counter = await a_sender_without_a_wish()
    await counter.company.move(datetime(2027, 4, 1, tzinfo=TOKYO))
    said = officer(reason="保存期間の満了を確認した。")
    done = await counter.ask("POST", f"/retention/subjects/{ORG}/disposal", json=said)
    assert done.status_code == 201
    party = (await counter.ask("GET", f"/organisations/{ORG}")).json()["party"]
    assert {party[name] for name in ("name", "person", "email", "address")} == {"（消去済み）"}
    assert await due(counter) == []
    (line,) = (await counter.ask("GET", "/retention/register")).json()["items"]
    assert (line["subject"], line["by"], line["ground"]) == (ORG, "jinji-01", "disposal")
    assert (line["clause"], line["edition"], line["facts"]["kept_as"]) == ("G-7", "secondment/2026", "no_wish")
    assert line["facts"]["due_on"] == "2027-04-01"
    assert line["parameters"] == [{"name": "retention.no_wish", "value": 1, "unit": "years"}]
    assert line["erased_at"] == line["ordered_at"] == "2027-03-31T15:00:00+00:00"


async def test_the_register_also_has_what_was_asked_for() -> None:
    counter = await a_sender_without_a_wish()
    await counter.ask("POST", "/erasures", json=officer(subject=ORG, reason="本人の申し出"))
    (line,) = (await counter.ask("GET", "/retention/register")).json()["items"]
    assert (line["ground"], line["facts"], line["parameters"]) == ("request", {}, [])


@pytest.mark.clause("G-8")
async def test_while_it_is_held_nothing_is_erased_and_each_hold_is_lifted_by_itself() -> None:
    counter = await a_sender_without_a_wish()
    at = f"/retention/subjects/{ORG}"
    for ground in ("litigation", "audit"):
        assert (await counter.ask("POST", f"{at}/holds", json=officer(ground=ground))).status_code == 201
    assert (await counter.ask("POST", f"{at}/holds", json=officer(ground="whim"))).status_code == 422
    held = (await counter.ask("GET", "/retention/holds")).json()["items"]
    assert [(each["subject"], each["number"], each["ground"]) for each in held] == [
        (ORG, 1, "litigation"),
        (ORG, 2, "audit"),
    ]
    await counter.company.move(datetime(2027, 4, 1, tzinfo=TOKYO))
    assert (await counter.ask("GET", "/retention/due")).json()["items"][0]["holds"] == [1, 2]
    for number in (1, 2):
        for path, said in ((f"{at}/disposal", officer()), ("/erasures", officer(subject=ORG))):
            refused = await counter.ask("POST", path, json=said)
            assert (refused.status_code, clauses(refused)) == (409, [("", "G-8")])
        assert (await counter.ask("POST", f"{at}/holds/{number}/lift", json=officer())).status_code == 200
        assert (await counter.ask("POST", f"{at}/holds/{number}/lift", json=officer())).status_code == 404
    assert (await counter.ask("GET", f"/organisations/{ORG}")).json()["party"]["name"] == forms.party(1)["name"]
    assert (await counter.ask("POST", f"{at}/disposal", json=officer())).status_code == 201
    late = await counter.ask("POST", f"{at}/holds", json=officer(ground="other"))
    assert (late.status_code, clauses(late)) == (409, [("", "G-7")])


@pytest.mark.clause("G-8")
async def test_of_a_hold_and_an_erasure_at_one_moment_one_is_refused() -> None:
    for number in range(6):
        counter = await a_sender_without_a_wish()
        app = counter.app
        hold = app.retention.hold(ORG, "audit", by="jinji-01", reason="同時に")
        erase = app.erasing.erase(ORG, by="jinji-01", reason="同時に")
        both: list[Any] = [hold, erase] if number % 2 else [erase, hold]
        ends = await asyncio.gather(*both, return_exceptions=True)
        assert [type(end) for end in ends if isinstance(end, Exception)] == [Refused], ends
        await counter.company.run()
        erased = (await counter.ask("GET", f"/organisations/{ORG}")).json()["party"]["name"] == "（消去済み）"
        assert bool(await app.retention.held()) != erased


async def with_a_person() -> tuple[Counter, str]:
    """A sender whose secondment is over long ago and paid, and its secondee."""
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    await counter.places()
    await counter.ask("POST", f"{where.removeprefix('/v1')}/secondee", json=forms.secondee())
    await told_of(counter, where)
    shown = await counter.world.show(*(each for each in SPEC.projections if each.name == "files"))
    (person,) = shown["files"][where.rpartition("/")[2]]["secondees"]
    return counter, person


async def merged() -> tuple[Counter, str]:
    """Two spellings of one sender, neither with a wish, merged into one (S-IN-7)."""
    counter, ids = Counter(), list[str]()
    for name in ("見本商会", "見本商會"):
        party = forms.party(1) | {"corporate_number": None, "kind": "local_government", "name": name}
        sent = await counter.sends({"party": party, "no_wish": True})
        assert sent.status_code == 201, sent.text
        state = await counter.ask("GET", sent.headers["location"].removeprefix("/v1"))
        ids.append(state.json()["party"]["organisation_id"])
    done = await counter.orders(f"/organisations/{ids[0]}", "merge", other=ids[1])
    assert done.status_code == 200, done.text
    return counter, ids[1]


@pytest.mark.clause("G-8")
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("made", [with_a_person, merged])
async def test_a_hold_is_on_all_that_belong_to_the_case(made: Any, reverse: bool) -> None:
    """A sender's lawsuit is about its secondees' papers too, and the other way round; two spellings are one sender."""
    counter, other = await made()
    main = next(each["_id"] for each in (await shown(counter, "organisations")) if each["_id"] != other)
    held, erased = (other, main) if reverse else (main, other)
    said = officer(ground="litigation")
    assert (await counter.ask("POST", f"/retention/subjects/{held}/holds", json=said)).status_code == 201
    await counter.company.move(datetime(2060, 4, 1, tzinfo=TOKYO))
    for path, said in ((f"/retention/subjects/{erased}/disposal", officer()), ("/erasures", officer(subject=erased))):
        refused = await counter.ask("POST", path, json=said)
        assert (refused.status_code, clauses(refused)) == (409, [("", "G-8")]), refused.text
        assert held in refused.text
    assert (await counter.ask("POST", f"/retention/subjects/{held}/holds/1/lift", json=officer())).status_code == 200
    for subject in (erased, held):
        assert (await counter.ask("POST", "/erasures", json=officer(subject=subject))).status_code < 300


async def shown(counter: Counter, name: str) -> list[dict[str, Any]]:
    found = await counter.world.show(*(each for each in SPEC.projections if each.name == name))
    return [{"_id": id, **document} for id, document in found[name].items()]


@pytest.mark.clause("G-8")
async def test_of_a_hold_on_the_sender_and_an_erasure_of_its_secondee_at_one_moment_one_is_refused() -> None:
    for number in range(4):
        counter, person = await with_a_person()
        hold = counter.app.retention.hold(ORG, "audit", by="jinji-01", reason="同時に")
        erase = counter.app.erasing.erase(person, by="jinji-01", reason="同時に")
        both: list[Any] = [hold, erase] if number % 2 else [erase, hold]
        ends = await asyncio.gather(*both, return_exceptions=True)
        held = bool(await counter.app.kernel.repository.find(Custody, Custody.stream(ORG)))
        assert held
        versions = [await version(counter, each) for each in (Custody.stream(ORG), Erasure.stream(person))]
        refused = [end for end in ends if isinstance(end, Exception)]
        assert [type(end) for end in refused] in ([Refused], []), ends
        if not refused:  # the erasure came first, and the hold on what is left saw it
            assert versions[1] > 0
            log = await counter.world.log.read(0, 100_000)
            order = [e.topic for at in log for e in at.commit.events]
            assert order.index("intake.erasure_ordered.v1") < order.index("intake.hold_set.v1")


async def version(counter: Counter, stream: str) -> int:
    return len((await counter.world.log.streams([stream])).get(stream, []))


@pytest.mark.clause("G-8")
async def test_a_read_model_that_lags_disposes_of_nothing() -> None:
    """As after a restore, or while it is built anew: what the log says counts."""
    counter, _ = await with_a_person()
    application = (await shown(counter, "files"))[0]["_id"]
    await counter.company.move(datetime(2039, 4, 1, tzinfo=TOKYO))
    assert ORG in [subject for subject, _ in await due(counter)]
    files = counter.app.kernel.views._collections["files"]
    before = deepcopy(await files.find_one({"_id": application}))
    await hears(counter, "InvoiceIssued", application_id=application, number="I-2", issued_on="2039-03-01", total=500)
    await files.delete_one({"_id": application})
    await files.insert_one(before)
    refused = await counter.ask("POST", f"/retention/subjects/{ORG}/disposal", json=officer())
    assert (refused.status_code, "残額のある請求" in refused.text) == (409, True), refused.text


async def test_the_bytes_of_an_erased_persons_papers_are_gone_too() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    await counter.places()
    await counter.ask("POST", f"{where.removeprefix('/v1')}/secondee", json=forms.secondee())
    await counter.lays(where, "resume", request=1)
    shown = await counter.world.show(*(each for each in SPEC.projections if each.name == "files"))
    (person,) = shown["files"][where.rpartition("/")[2]]["secondees"]
    boxes = counter.world.db["boxes"]
    there = {"subject": person, "sealed": {"$exists": True}}
    assert await boxes.count_documents(there) == 1
    await counter.ask("POST", "/erasures", json=officer(subject=person))
    assert await boxes.count_documents(there) == 0


async def test_a_person_whom_another_replaced_is_due_and_erased_by_itself() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    await counter.places()
    for name in ("見本 一郎", "見本 二郎"):
        said = forms.secondee(name=name)
        assert (await counter.ask("POST", f"{where.removeprefix('/v1')}/secondee", json=said)).status_code < 300
    await counter.company.move(datetime(2027, 4, 1, tzinfo=TOKYO))
    ((first, _),) = await due(counter)
    assert first.startswith("secondee-")
    assert (await counter.ask("POST", f"/retention/subjects/{first}/disposal", json=officer())).status_code == 201
    assert await due(counter) == []
    assert len(await due(counter, "2028-04-01")) == 1


async def test_a_company_is_kept_by_what_became_of_it() -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    await counter.lays(where)
    of = {"application_id": where.rpartition("/")[2]}
    assert await due(counter, "2099-04-01") == []
    await hears(counter, "CompanyAdopted", **of)
    await hears(counter, "SupportEnded", **of, ended_on="2027-03-31")
    assert await due(counter, "2032-04-01") == [(ORG, "2032-04-01")]
    assert await due(counter, "2032-03-31") == []


async def test_a_late_form_is_kept_as_refused() -> None:
    counter = Counter(DEADLINE + timedelta(hours=1))
    await counter.sends()
    assert await due(counter, "2029-04-01") == [(ORG, "2029-04-01")]
