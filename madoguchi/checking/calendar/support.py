"""The cycle of 伴走型支援: reception, a first company's screening, the period of the support, its surveys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from madoguchi.checking.calendar.company import first_company
from madoguchi.checking.calendar.entries import Entry, Kind, time_of
from madoguchi.checking.calendar.letters import planned
from madoguchi.checking.stand_ins import APPLICATION, party
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.placement import SurveyAsked
from schemas.values import day_in_tokyo
from services.intake.policy.terms import terms
from services.placement.domain.support_events import Survey
from services.placement.policy.supports import c_li_7_surveys

REMINDED: dict[str, tuple[Kind, str, str]] = {"survey-reminder": ("reminder", "{name}の回答の催促", "")}


def cycle(edition: SupportEdition) -> Iterator[Entry]:
    """Every day that the edition fixes; a company is taken to be supported for the whole period."""
    on = terms(edition)
    opens = day_in_tokyo(on.opens_at)
    about = f"{on.places}社に達した時点で受付を終え、空きが出れば再び開く"
    yield Entry("reception-opens", opens, "opens", "受付開始", "C-IN-3", time_of(on.opens_at), about)
    yield from first_company(edition, on.opens_at)
    first, last = edition.dates.support_from.first, edition.dates.support_until.first
    yield Entry("support-from", first, "opens", "支援期間の最初の日", "C-LI-1", about="キックオフの日から支援する")
    what, about = "支援期間の最後の日", "この日までとした支援は自動で終了する"
    yield Entry("support-until", last, "happens", what, "C-LI-1", "24:00", about, ("ended",))
    for survey in c_li_7_surveys(edition, first, last, at=start_of_day(first)):
        yield from _survey(edition, survey)


def _survey(edition: SupportEdition, survey: Survey) -> Iterator[Entry]:
    name, at = edition.life.surveys[survey.name].name, start_of_day(survey.ask_on)
    key = f"survey-{survey.name}"
    about = "支援が終わった企業へ" if survey.when == "after" else "支援中の企業へ"
    yield Entry(key, survey.ask_on, "letter", f"{name}の依頼", "C-LI-7", time_of(at), about, ("survey",))
    yield from _reminders(edition, survey, name, at)
    yield Entry(f"{key}-due", survey.answer_by, "deadline", f"{name}の回答期限", "C-LI-7", "24:00")


def _reminders(edition: SupportEdition, survey: Survey, name: str, at: datetime) -> Iterator[Entry]:
    asked = SurveyAsked(
        programme="support",
        fiscal_year=edition.edition.fiscal_year,
        application_id=f"{APPLICATION}.{survey.name}",
        party=party(),
        receipt_number="C-0001",
        survey=survey.name,
        answer_by=survey.answer_by,
    )
    kinds = {code: (kind, what.format(name=name), about) for code, (kind, what, about) in REMINDED.items()}
    yield from planned(asked, edition, at, kinds)
