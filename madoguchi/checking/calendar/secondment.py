"""The cycle of 出向者受入制度: from the opening of reception to the last assessment of the longest secondment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from madoguchi.checking.calendar.entries import Entry, Kind, closing, time_of
from madoguchi.checking.calendar.letters import planned
from madoguchi.checking.calendar.money import payments
from madoguchi.checking.stand_ins import APPLICATION, SECONDMENT, party
from policies.calendars import add_months, first_day, start_of_day
from policies.secondment.edition import SecondmentEdition
from policies.secondment.sites import Site
from schemas.placement import PlacementAccepted, PlacementProposed
from schemas.values import Stay, day_in_tokyo
from services.intake.policy.terms import s_in_2_reminders, terms
from services.placement.policy.days import s_li_3_term, s_li_8_reported, s_pl_8_answer_by, s_pl_10_announce_at
from services.placement.policy.decisions import RULE
from services.placement.policy.life import s_pl_10_notice
from services.placement.policy.wishes import s_pl_6_stays

KINDS: dict[str, tuple[Kind, str, str]] = {
    "answer-reminder": ("reminder", "回答の催促", "まだ回答のない派遣元へ"),
    "papers-reminder": ("reminder", "書類の催促", "書類がそろっていない派遣元へ"),
    "particulars-march": ("letter", "出向開始についての詳細の案内", "受入が決まった派遣元へ"),
}


def cycle(edition: SecondmentEdition) -> Iterator[Entry]:
    """Every day that the edition fixes."""
    yield from _reception(edition)
    yield from _results(edition)
    yield from _papers(edition)
    yield from _start(edition)
    for year in edition.edition.years:
        yield from _appraisal(edition, year)
    yield from _ends(edition)
    yield from _overseas(edition)


def _reception(edition: SecondmentEdition) -> Iterator[Entry]:
    on = terms(edition)
    assert on.closes_at is not None
    opens, closes = day_in_tokyo(on.opens_at), closing(on.closes_at)
    yield Entry("reception-opens", opens, "opens", "受付開始", "S-IN-1", time_of(on.opens_at))
    published = edition.tiebreak.seed_published.first
    yield Entry("seed-published", published, "task", "抽選の種の公表と登録", "S-PL-5", about="担当者が公表し、登録する")
    for number, moment in enumerate(s_in_2_reminders(edition, on.opens_at), 1):
        about, letters = "案内を送り、まだ回答のない派遣元へ", ("reply-reminder",)
        day, hour = day_in_tokyo(moment), time_of(moment)
        yield Entry(f"reply-reminder-{number}", day, "reminder", "回答の催促", "S-IN-2", hour, about, letters)
    yield Entry("reception-closes", closes, "deadline", "受付締切", "S-IN-1", "24:00", about="訂正も同じ（S-IN-6）")


def _results(edition: SecondmentEdition) -> Iterator[Entry]:
    at = s_pl_10_announce_at(edition)
    announced, latest = day_in_tokyo(at), _latest_notice(edition)
    letters = ("proposal", "no-place")
    about = "配置の決定が済んでいれば自動で通知する"
    yield Entry("results", announced, "letter", "結果の通知（受入先の提案）", "S-PL-10", time_of(at), about, letters)
    about = "これより後に通知するには、人事課の理由が要る"
    yield Entry("results-latest", latest, "deadline", "結果の通知の期限（原則）", "S-PL-10", "24:00", about)
    about = "当日までに結果を通知した場合。再提案は提案の日から数える"
    until = s_pl_8_answer_by(edition, at)
    yield Entry("answer-by", until, "deadline", "提案への回答期限", "S-PL-8", "24:00", about)
    proposed = PlacementProposed(
        **_sample(edition),
        proposal_id="proposal",
        stays=(),
        rank=1,
        explanation=(),
        answer_by=until,
        by_hand=False,
        edition=edition.id,
    )
    yield from planned(proposed, edition, at, KINDS)


def _latest_notice(edition: SecondmentEdition) -> date:
    day = edition.dates.starts.first
    while s_pl_10_notice(edition, RULE, None, at=start_of_day(day)).outcome != "passed":
        day -= timedelta(days=1)
    return day


def _papers(edition: SecondmentEdition) -> Iterator[Entry]:
    due = edition.dates.papers_due.first
    answered = s_pl_10_announce_at(edition)
    accepted = PlacementAccepted(**_sample(edition), proposal_id="proposal", stays=longest(edition), papers_by=due)
    yield from planned(accepted, edition, answered, KINDS)
    about = "原本とデータの双方。遅れれば人事課が判断する"
    yield Entry("papers-due", due, "deadline", "書類の必着日", "S-SC-9", "24:00", about, ("papers-missing",))


def longest(edition: SecondmentEdition) -> tuple[Stay, ...]:
    """The places of the longest secondment that goes overseas, for which most happens."""
    sites = edition.sites.values()
    kinds = edition.routes.domestic_then_overseas.places
    home = next(each.id for each in sites if each.kind in kinds and each.accepting)
    abroad = next(each.id for each in sites if each.overseas and each.accepting and not _charged_more(edition, each))
    return s_pl_6_stays(edition, home, abroad, edition.routes.domestic_then_overseas.years_most.first)


def _charged_more(edition: SecondmentEdition, site: Site) -> bool:
    """Whether a post there has fees of its own country, which may wait for an exchange rate (S-BI-4)."""
    return any(fee.countries is not None for fee in edition.fees_for(site.country or "").values())


def _start(edition: SecondmentEdition) -> Iterator[Entry]:
    dates = edition.dates
    about = "三部を派遣元に送る。送付時に通知する"
    letters = ("memorandum-sent",)
    yield Entry(
        "memorandum-from", dates.memorandum_from.first, "task", "覚書の締結の開始", "S-LI-2", "", about, letters
    )
    about = "返送されなければ開始できない"
    yield Entry("memorandum-by", dates.memorandum_by.first, "deadline", "覚書の締結期限", "S-LI-2", "24:00", about)
    starts, _ = s_li_3_term(edition, longest(edition))
    about = "覚書と書類がそろっていれば自動で開始する"
    yield Entry("starts", starts, "happens", "出向の開始（採用日）", "S-LI-3", "0:00", about, ("started",))


def _appraisal(edition: SecondmentEdition, year: int) -> Iterator[Entry]:
    months = edition.appraisal
    steps = (("goals", "目標の設定", months.goals_month), ("review", "中間の確認", months.review_month))
    for step, what, month in (*steps, ("assessment", "年度末の評価", months.assessment_month)):
        day = add_months(first_day(year), (month.first - first_day(year).month) % 12)
        yield Entry(f"appraisal-{year}-{step}", day, "task", f"{year}年度の{what}", "S-LI-8", about="この月に行う")
    reported = s_li_8_reported(edition, [Stay(fiscal_year=year, site="")])[year]
    what, letters = f"{year}年度の評価の結果の通知", ("appraisal-june",)
    about = "評価が記録されていれば自動で通知する"
    yield Entry(f"appraisal-{year}-reported", reported, "letter", what, "S-LI-8", "0:00", about, letters)


def _ends(edition: SecondmentEdition) -> Iterator[Entry]:
    stays = longest(edition)
    for years in range(1, len(stays) + 1):
        _, last = s_li_3_term(edition, stays[:years])
        what = f"{years}年の出向の満了"
        yield Entry(f"ends-{years}", last, "happens", what, "S-LI-6", "24:00", letters=("ended",))


def _overseas(edition: SecondmentEdition) -> Iterator[Entry]:
    stays, departs = longest(edition), departure_from(edition)
    years = edition.routes.domestic_then_overseas.domestic_years.first
    months = edition.departure.health_check_within_months.first
    about = f"{departs.isoformat()}に赴任する場合。渡航前{months}か月以内に受診し、結果を報告する"
    checked = add_months(departs, -months)
    yield Entry("health-check-from", checked, "opens", "赴任前健康診断を受けられる最初の日", "S-LI-4", about=about)
    about = f"国内での{years}年を終えた者。査証、健康診断、安全対策の研修が要る"
    yield Entry("departs-from", departs, "opens", "海外に赴任できる最初の日", "S-LI-4", about=about)
    office = edition.site(stays[-1].site)
    yield from payments(edition, office, departs, s_li_3_term(edition, stays)[1])


def departure_from(edition: SecondmentEdition) -> date:
    """The first day on which S-LI-4 lets a secondee go who starts in time."""
    years = edition.routes.domestic_then_overseas.domestic_years.first
    return add_months(edition.dates.starts.first, 12 * years)


def _sample(edition: SecondmentEdition) -> dict[str, Any]:
    return {
        "programme": "secondment",
        "fiscal_year": edition.edition.fiscal_year,
        "application_id": APPLICATION,
        "secondment_id": SECONDMENT,
        "party": party(),
        "receipt_number": "S-0001",
    }
