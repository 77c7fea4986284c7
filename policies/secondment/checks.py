"""What has to agree between the sections of a secondment edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from policies.calendars import add_days, add_months
from policies.countries import COUNTRIES
from policies.edition import OUTSIDE_TAX
from policies.faults import Complaint
from policies.secondment import cycle_checks
from policies.secondment.edition import SecondmentEdition
from policies.secondment.sites import years_taken
from schemas.values import fiscal_year

_ORDER = (
    "reception_opens",
    "reception_closes",
    "results_announced",
    "papers_due",
    "memorandum_from",
    "memorandum_by",
    "starts",
)


def complaints(edition: SecondmentEdition) -> Iterator[Complaint]:
    """Everything that does not agree, with its place."""
    yield from _dates(edition)
    yield from cycle_checks.complaints(edition)
    yield from _start(edition)
    yield from _routes(edition)
    yield from _countries(edition)
    yield from _site_ids(edition)
    yield from _capacities(edition)
    yield from _overseas(edition)
    yield from _incumbents(edition)
    yield from _tie_break(edition)
    yield from _costs(edition)


def _dates(edition: SecondmentEdition) -> Iterator[Complaint]:
    days = [(name, getattr(edition.dates, name).first) for name in _ORDER]
    for (before, earlier), (name, day) in pairwise(days):
        if day <= earlier:
            ja, en = f"{name} は {before} より後の日にしてください。", f"{name} must be later than {before}."
            yield Complaint("dates", (name,), ja, en)
    answer = add_days(edition.dates.results_announced.first, edition.dates.answer_days.first)
    if answer >= edition.dates.papers_due.first:
        ja = "回答期限（結果通知から answer_days 日後）は papers_due より前にしてください。"
        en = "The answer's deadline, answer_days after results_announced, must come before papers_due."
        yield Complaint("dates", ("answer_days",), ja, en)


def _start(edition: SecondmentEdition) -> Iterator[Complaint]:
    dates, starts = edition.dates, edition.dates.starts.first
    if fiscal_year(starts) != edition.edition.fiscal_year:
        ja, en = "starts は版の年度の日にしてください。", "starts must be a day of the edition's fiscal year."
        yield Complaint("dates", ("starts",), ja, en)
    if add_months(dates.results_announced.first, dates.results_months_before_start.first) > starts:
        ja = "結果通知は開始日の results_months_before_start か月前までにしてください。"
        en = "results_announced must be at least results_months_before_start months before starts."
        yield Complaint("dates", ("results_announced",), ja, en)


def _routes(edition: SecondmentEdition) -> Iterator[Complaint]:
    for name in ("domestic", "headquarters", "domestic_then_overseas"):
        route = edition.route(name)
        longest = getattr(route, "years_most_with_consent", route.years_most).first
        if not route.years_least.first <= route.years_most.first <= longest:
            ja = "年数は years_least、years_most、years_most_with_consent の順に大きくしてください。"
            en = "Years must not fall from years_least over years_most to years_most_with_consent."
            yield Complaint("routes", (name, "years_most"), ja, en)


def _countries(edition: SecondmentEdition) -> Iterator[Complaint]:
    for number, office in enumerate(edition.offices.overseas):
        if office.country not in COUNTRIES - {"JP"}:
            ja, en = "国の略号（ISO 3166-1）ではないか、日本です。", "No country abroad of ISO 3166-1 has this code."
            yield Complaint("offices", ("overseas", number, "country"), ja, en)
    known = {site.country for site in edition.sites.values()}
    for country in edition.routes.countries.keys() - known:
        yield _unknown_country("routes", ("countries", country, "overseas_years_most"))
    for code, fee in edition.fees.root.items():
        if set(fee.countries or ()) - known:
            yield _unknown_country("fees", (code, "countries"))


def _unknown_country(section: str, place: tuple[str, ...]) -> Complaint:
    ja, en = "この国には海外事務所がありません。", "No overseas office of offices.yaml is in this country."
    return Complaint(section, place, ja, en)


def _site_ids(edition: SecondmentEdition) -> Iterator[Complaint]:
    ids = Counter(site_id for site_id, _, _ in _places(edition))
    for site_id, section, place in _places(edition):
        if ids[site_id] > 1:
            ja, en = f"拠点ID {site_id} が重複しています。", f"The site id {site_id} is used more than once."
            yield Complaint(section, (*place, "id"), ja, en)


def _capacities(edition: SecondmentEdition) -> Iterator[Complaint]:
    years = set(edition.edition.years)
    for site_id, section, place in _places(edition):
        site = edition.sites[site_id]
        if site.accepting and set(site.capacity) != years:
            ja = "capacity は版の years の各年度について書いてください。"
            en = "capacity must name each of the edition's years."
            yield Complaint(section, (*place, "capacity"), ja, en)
        if not site.accepting and site.capacity:
            ja, en = "受入なしの拠点に capacity は書けません。", "A site that takes nobody has no capacity."
            yield Complaint(section, (*place, "capacity"), ja, en)
        whole = edition.sites[site.within].capacity if site.within else site.capacity
        if any(places > whole.get(year, 0) for year, places in site.capacity.items()):
            ja, en = "班・チームの受入数が課の受入数を超えています。", "A team has more places than its unit."
            yield Complaint(section, (*place, "capacity"), ja, en)


def _overseas(edition: SecondmentEdition) -> Iterator[Complaint]:
    most = edition.offices.per_overseas_office.first
    for number, office in enumerate(edition.offices.overseas):
        if office.waived_because is None and any(places > most for places in office.capacity.values()):
            ja = f"海外事務所の受入は原則{most}名です。超える場合は waived_because に理由を書いてください。"
            en = f"An overseas office takes {most} as a rule (S-PL-2): say why not in waived_because."
            yield Complaint("offices", ("overseas", number, "capacity"), ja, en)


def _incumbents(edition: SecondmentEdition) -> Iterator[Complaint]:
    for number, incumbent in enumerate(edition.incumbents.taken):
        place = ("taken", number)
        if incumbent.site not in edition.sites:
            ja, en = "この拠点IDはありません。", "There is no site of this id."
            yield Complaint("incumbents", (*place, "site"), ja, en)
            continue
        if incumbent.until < incumbent.from_:
            ja, en = "終わりの日が始まりの日より前です。", "It ends before it begins."
            yield Complaint("incumbents", (*place, "until"), ja, en)
        capacity = edition.sites[incumbent.site].capacity
        full = (edition.taken(incumbent.site, year) > capacity.get(year, 0) for year in years_taken(incumbent))
        if any(over for over, year in zip(full, years_taken(incumbent), strict=True) if year in edition.edition.years):
            ja, en = "在籍者が受入数を超えています。", "More are there already than the site has places."
            yield Complaint("incumbents", (*place, "site"), ja, en)


def _tie_break(edition: SecondmentEdition) -> Iterator[Complaint]:
    if edition.tiebreak.seed_published.first > edition.dates.reception_closes.first:
        ja = "抽選の種は受付締切までに公表してください。"
        en = "The lottery's seed must be published before the reception closes."
        yield Complaint("tiebreak", ("seed_published",), ja, en)
    if edition.tiebreak.seed_published.first < edition.edition.guide_issued:
        ja = "抽選の種が前の年度のものです。この年度の案内のあとに公表する種を書いてください。"
        en = "This seed is that of an earlier year: a new one is published after this year's guide."
        yield Complaint("tiebreak", ("seed_published",), ja, en)


def _costs(edition: SecondmentEdition) -> Iterator[Complaint]:
    if "other" not in edition.costs.root:
        ja = "一切の経費の負担者が決まるよう、その他の経費（other）を書いてください。"
        en = "The table is for every kind of cost: say who bears any other."
        yield Complaint("costs", tuple(edition.costs.root)[:1], ja, en)
    for code, cost in edition.costs.root.items():
        if cost.tax != OUTSIDE_TAX and cost.tax not in edition.taxes.root:
            ja = "taxes.yaml にない税区分です（不課税は outside）。"
            en = "No such tax in taxes.yaml (outside is 不課税)."
            yield Complaint("costs", (code, "tax"), ja, en)


def _places(edition: SecondmentEdition) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Site ids with their section and place in its file."""
    for number, department in enumerate(edition.headquarters.departments):
        for position, unit in enumerate(department.units):
            place: tuple[str | int, ...] = ("departments", number, "units", position)
            yield unit.id, "headquarters", place
            yield from ((team.id, "headquarters", (*place, "teams", at)) for at, team in enumerate(unit.teams))
    for at, home in enumerate(edition.offices.domestic):
        yield home.id, "offices", ("domestic", at)
    for at, abroad in enumerate(edition.offices.overseas):
        yield abroad.id, "offices", ("overseas", at)
