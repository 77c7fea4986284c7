"""Intake's aggregates: given what has happened, when this is asked, then that follows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kernel.sealing import Confidential, Contact
from kernel.testing import event, given, like, sealed
from schemas.values import TOKYO, Decision, Party, SecondmentForm, SecondmentRequest, Wish
from services.intake.domain import Application, Organisation, Paper, Reception
from services.intake.domain import application_events as of_application
from services.intake.domain import organisation_events as of_organisation
from services.intake.domain.application_state import Content
from services.intake.domain.paper import PaperArrived, PaperClaimed
from services.intake.domain.reception import Admitted, Numbered, ReceptionClosed, ReceptionOpened

OPENS, CLOSES = datetime(2025, 11, 4, tzinfo=TOKYO), datetime(2025, 12, 6, tzinfo=TOKYO)
IN_TIME = CLOSES - timedelta(milliseconds=1)
CYCLE: dict[str, Any] = {"programme": "secondment", "fiscal_year": 2026}
RECEPTION = event(ReceptionOpened, edition="secondment/2026", opens_at=OPENS, closes_at=CLOSES, places=None, **CYCLE)
REASON = sealed(Confidential, "電話で確認した。")


def party(organisation_id: str = "org-1", corporate_number: str | None = None) -> Party:
    said = {name: sealed(Contact, name, field=name) for name in ("name", "kana", "person", "email", "address")}
    return Party(organisation_id=organisation_id, kind="company", corporate_number=corporate_number, **said)


def content(digest: str = "one", *, wishes: bool = True) -> Content:
    request = SecondmentRequest(number=1, route="domestic", years=1, wishes=(Wish(rank=1, domestic="osaka"),))
    form = SecondmentForm(purpose=sealed(Confidential, "目的"), requests=(request,))
    return Content(party=party(), secondment=form if wishes else None, digest=digest)


def arrived(status: str = "submitted", *, clause: str | None = None, wishes: bool = True) -> Any:
    """A form that came in."""
    decision = None if clause is None else decided(clause, "refused")
    number = None if status == "refused" else "S2026-0001"
    return event(
        of_application.FormArrived, status=status, receipt_number=number, party=party(),
        secondment=content().secondment if wishes else None, support=None, content="one", edition="secondment/2026",
        received_at=IN_TIME, placed_before=False, decision=decision, **CYCLE,
    )  # fmt: skip


def decided(clause: str, outcome: Any) -> Decision:
    return Decision(clause=clause, outcome=outcome, edition="secondment/2026", by="rule", at="", facts={})


@pytest.mark.clause("S-IN-1")
@pytest.mark.clause("G-1")
def test_a_reception_is_late_from_24_00_on() -> None:
    reception = given(RECEPTION, of=Reception).aggregate
    assert isinstance(reception, Reception)
    assert (reception.late(IN_TIME), reception.late(CLOSES)) == (False, True)


@pytest.mark.clause("S-IN-1")
def test_a_reception_takes_nothing_before_its_day() -> None:
    given(RECEPTION, of=Reception).when(Reception.must_have_opened, OPENS - timedelta(milliseconds=1)).refused("S-IN-1")
    given(RECEPTION, of=Reception).when(Reception.must_have_opened, OPENS).then()


@pytest.mark.clause("S-IN-1")
def test_a_reception_closes_at_its_deadline_once() -> None:
    closed = event(ReceptionClosed, reason="deadline", standing=1, **CYCLE)
    given(RECEPTION, event(Admitted, application_id="app-1", standing=1), of=Reception).when(
        Reception.close_at_deadline, at=CLOSES
    ).then(closed).when(Reception.close_at_deadline, at=CLOSES).then()


def test_receipt_numbers_have_no_gap() -> None:
    given(RECEPTION, event(Numbered, application_id="app-1", number=1), of=Reception).when(
        Reception.number, "app-2", at=IN_TIME
    ).then(event(Numbered, application_id="app-2", number=2))


@pytest.mark.clause("S-IN-6")
def test_an_application_keeps_every_version_and_passes_over_the_same_one() -> None:
    given(arrived(), of=Application).when(
        Application.amend, content("two"), by="applicant", at=IN_TIME
    ).then(
        like(of_application.Amended, revision=2, content="two", before="submitted", now="submitted")
    ).when(Application.amend, content("two"), by="applicant", at=IN_TIME).then()  # fmt: skip


@pytest.mark.clause("S-IN-6")
def test_a_withdrawn_application_is_neither_amended_nor_withdrawn_again() -> None:
    given(arrived(), of=Application).when(Application.withdraw, by="applicant", reason=None, at=IN_TIME).then(
        like(of_application.Withdrawn, by="applicant", assumed=False, announced=True)
    ).when(Application.withdraw, by="applicant", reason=None, at=IN_TIME).then().when(
        Application.amend, content("two"), by="applicant", at=IN_TIME
    ).refused("S-IN-6")


@pytest.mark.clause("S-IN-1")
def test_only_a_form_that_was_late_is_admitted_late() -> None:
    waived = decided("S-IN-1", "waived")
    admit: Any = Application.admit_late
    given(arrived("refused", clause="S-IN-1"), of=Application).when(
        admit, "S2026-0009", waived, "org-1", at=CLOSES
    ).then(like(of_application.AdmittedLate, receipt_number="S2026-0009", received_at=IN_TIME, no_wish=False)).leaves(
        status="submitted", decisions=(decided("S-IN-1", "refused"), waived)
    )
    given(arrived("refused", clause="C-IN-3"), of=Application).when(admit, "1", waived, "org-1", at=CLOSES).refused(
        "S-IN-1"
    )
    given(arrived(), of=Application).when(admit, "1", waived, "org-1", at=CLOSES).refused("S-IN-1")


@pytest.mark.clause("C-IN-1")
def test_only_a_registration_is_completed() -> None:
    given(arrived("registered"), of=Application).when(Application.complete, "paper-1", at=CLOSES).then(
        like(of_application.Completed, consent="paper-1", received_at=CLOSES)
    ).when(Application.complete, "paper-2", at=CLOSES).refused("C-IN-1")


@pytest.mark.clause("C-IN-5")
def test_after_the_decision_there_is_no_withdrawal() -> None:
    given(arrived(), event(of_application.OutcomeKnown), of=Application).when(
        Application.withdraw, by="applicant", reason=None, at=CLOSES
    ).refused("C-IN-5").when(Application.know_outcome, at=CLOSES).then()


@pytest.mark.clause("C-IN-1")
def test_a_consent_belongs_to_one_application() -> None:
    came = event(
        PaperArrived, programme="support", fiscal_year=2026, application_id=None, secondment_id=None, kind="consent",
        form="data", arrived_on=date(2026, 2, 10), subject="org-1", received_by="kado-02", digest="d",
    )  # fmt: skip
    given(came, of=Paper).when(Paper.claim, "app-1", at=CLOSES).then(
        like(PaperClaimed, application_id="app-1", kind="consent", form="data")
    ).when(Paper.claim, "app-2", at=CLOSES).refused("C-IN-1")


def known(corporate_number: str | None = None) -> Any:
    return event(of_organisation.OrganisationRegistered, party=party(corporate_number=corporate_number), name_key="n",
                 reading_key="r")  # fmt: skip


def other(corporate_number: str | None = None) -> Organisation:
    made = given(known(corporate_number), of=Organisation, id="org-2").aggregate
    assert isinstance(made, Organisation)
    return made


@pytest.mark.clause("C-IN-4")
def test_an_organisation_has_one_application_a_year() -> None:
    given(known(), of=Organisation).when(Organisation.note, "support", 2026, "app-1", at=CLOSES).then(
        event(of_organisation.ApplicationNoted, programme="support", fiscal_year=2026, application_id="app-1")
    ).when(Organisation.note, "support", 2026, "app-2", at=CLOSES).refused("C-IN-4").when(
        Organisation.note, "support", 2027, "app-3", at=CLOSES
    ).then(like(of_organisation.ApplicationNoted, fiscal_year=2027)).when(
        Organisation.release, "support", 2026, "app-1", at=CLOSES
    ).then(like(of_organisation.ApplicationReleased)).when(Organisation.note, "support", 2026, "app-4", at=CLOSES).then(
        like(of_organisation.ApplicationNoted, application_id="app-4")
    )


@pytest.mark.clause("S-IN-7")
def test_organisations_with_different_numbers_are_never_merged() -> None:
    merge: Any = Organisation.absorb
    one, two = "8990000000001", "6990000000002"
    given(known(one), of=Organisation, id="org-1").when(
        merge, other(two), by="jinji-01", reason=REASON, at=CLOSES
    ).refused("G-5")
    given(known(one), of=Organisation, id="org-1").when(merge, other(), by="jinji-01", reason=REASON, at=CLOSES).then(
        like(of_organisation.Absorbed, other="org-2", by="jinji-01")
    ).when(merge, other(), by="jinji-01", reason=REASON, at=CLOSES).then(like(of_organisation.Absorbed))


@pytest.mark.clause("S-PL-4")
def test_a_placement_counts_for_the_years_after_it() -> None:
    organisation = given(
        known(),
        event(of_organisation.PlacementsRecorded, fiscal_years=(2024,), by="rule", reason=None),
        of=Organisation,
    ).aggregate
    assert isinstance(organisation, Organisation)
    assert (organisation.placed_before(2024), organisation.placed_before(2025)) == (False, True)
