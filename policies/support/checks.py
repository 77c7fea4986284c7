"""What has to agree between the sections of a support edition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from policies.calendars import first_day, last_day
from policies.faults import Complaint
from policies.support import cycle_checks
from policies.support.edition import SupportEdition

CHARGED = ("C-BI-2", "C-BI-3")


def complaints(edition: SupportEdition) -> Iterator[Complaint]:
    """Everything that does not agree, with its place."""
    yield from _dates(edition)
    yield from cycle_checks.complaints(edition)
    yield from _interview(edition)
    yield from _words(edition)
    yield from _coordinators(edition)
    yield from _surveys(edition)
    yield from _eligibility(edition)
    yield from _form(edition)
    yield from _fees(edition)


def _dates(edition: SupportEdition) -> Iterator[Complaint]:
    dates, year = edition.dates, edition.edition.fiscal_year
    if not dates.reception_opens.first < dates.support_until.first:
        ja, en = (
            "受付開始は支援期間の終わりより前にしてください。",
            "Reception must open before the support's period ends.",
        )
        yield Complaint("dates", ("reception_opens",), ja, en)
    for name in ("support_from", "support_until"):
        if not first_day(year) <= getattr(dates, name).first <= last_day(year):
            ja, en = "支援期間は版の年度の中にしてください。", "The period must lie within the edition's fiscal year."
            yield Complaint("dates", (name,), ja, en)
    if edition.reception.form_warning_minutes.first >= edition.reception.form_minutes.first:
        ja, en = "予告は失効より前にしてください。", "The warning must come before the form expires."
        yield Complaint("reception", ("form_warning_minutes",), ja, en)


def _interview(edition: SupportEdition) -> Iterator[Complaint]:
    interview = edition.screening.interview
    if not 0 < interview.business_days_earliest.first <= interview.business_days_latest.first:
        ja = "二次審査の期間は business_days_earliest から business_days_latest の順にしてください。"
        en = "The window must run from business_days_earliest to business_days_latest."
        yield Complaint("screening", ("interview", "business_days_earliest"), ja, en)


def _words(edition: SupportEdition) -> Iterator[Complaint]:
    words = edition.vocabulary
    for code, prefecture in words.prefectures.items():
        place = ("prefectures", code, "region")
        yield from _unknown("vocabulary", place, [prefecture.region], words.regions, "地方", "region")
    for code, service in edition.guidance.root.items():
        yield from _unknown("guidance", (code, "fields"), service.fields, words.fields, "分野", "field")
    if len(words.stages) != 4:
        ja, en = "支援の四つの段階すべてに名称を書いてください。", "All four stages of the support need a name."
        yield Complaint("vocabulary", ("stages",), ja, en)


def _coordinators(edition: SupportEdition) -> Iterator[Complaint]:
    words, people = edition.vocabulary, edition.coordinators.root
    for label, each in people.items():
        yield from _unknown("coordinators", (label, "regions"), each.regions, words.regions, "地方", "region")
        yield from _unknown("coordinators", (label, "fields"), each.fields, words.fields, "分野", "field")
        yield from _unknown("coordinators", (label, "languages"), each.languages, words.languages, "言語", "language")
        place = (label, "lives_in")
        yield from _unknown("coordinators", place, [each.lives_in], words.prefectures, "国内の都道府県", "prefecture")
    if sum(each.first for each in people.values()) < edition.reception.companies_most.first:
        ja = "コーディネーターの担当数の合計が受付の予定件数に足りません。"
        en = "The coordinators together accompany fewer companies than reception lets in."
        yield Complaint("coordinators", tuple(people)[:1], ja, en)
    covered = {region for each in people.values() for region in each.regions}
    for region in words.regions.keys() - covered:
        ja, en = f"地方 {region} を担当するコーディネーターがいません。", f"No coordinator covers the region {region}."
        yield Complaint("coordinators", tuple(people)[:1], ja, en)


def _surveys(edition: SupportEdition) -> Iterator[Complaint]:
    begin, end = edition.dates.support_from.first, edition.dates.support_until.first
    for code, survey in edition.life.surveys.items():
        day = survey.first
        if not (begin <= day <= end if survey.when == "during" else day > end):
            ja = "during の調査は支援期間中、after の調査は支援期間後の日にしてください。"
            en = "A survey during the support must lie within its period, one after it later."
            yield Complaint("life", ("surveys", code), ja, en)


def _eligibility(edition: SupportEdition) -> Iterator[Complaint]:
    if len(edition.eligibility.legal_forms) != 4:
        ja, en = "kabushiki、yugen、godo、other の四つを書いてください。", "Name kabushiki, yugen, godo and other."
        yield Complaint("eligibility", ("legal_forms", "kabushiki"), ja, en)
    if all(status.first != "listed" for status in edition.eligibility.residence_statuses.values()):
        ja, en = "対象となる在留資格が一つもありません。", "No residence status is listed."
        yield Complaint(
            "eligibility", ("residence_statuses", *tuple(edition.eligibility.residence_statuses)[:1]), ja, en
        )


def _form(edition: SupportEdition) -> Iterator[Complaint]:
    fits = re.compile(rf"{edition.id}/[a-z][a-z-]{{0,30}}")
    if not all(fits.fullmatch(each.value) for each in edition.consents.form_id.values):
        ja = f"同意書の様式の記号は {edition.id}/consent のように書いてください。前の年度の様式と見分けられません。"
        en = f"Write the consent form's mark like {edition.id}/consent, or last year's form would pass for this year's."
        yield Complaint("consents", ("form_id",), ja, en)


def _fees(edition: SupportEdition) -> Iterator[Complaint]:
    """The support is free (C-BI-1): a fee under any other clause could never be charged, nor one by the month."""
    for code, fee in edition.fees.root.items():
        if fee.clause not in CHARGED:
            ja = "支援で請求できるのは、訪問の取消しの費用（C-BI-2）と有料サービス（C-BI-3）だけです。"
            en = "Only costs of a cancelled visit (C-BI-2) and services at a price (C-BI-3) can be charged."
            yield Complaint("fees", (code, "clause"), ja, en)
        if (fee.charged, fee.unit, fee.countries) != ("each", "yen", None):
            ja = "支援の費用は、1件ごと（charged: each）の円（unit: yen）で書いてください。"
            yield Complaint("fees", (code,), ja, "A fee of the support is charged each time, in yen.")


def _unknown(
    section: str, place: tuple[str, ...], codes: Iterable[str], known: Iterable[str], ja: str, en: str
) -> Iterator[Complaint]:
    for code in set(codes) - set(known):
        yield Complaint(section, place, f"vocabulary.yaml にない{ja}です：{code}", f"Unknown {en}: {code}.")
