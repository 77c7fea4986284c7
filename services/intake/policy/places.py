"""Wishes against the edition's sites: each must exist, suit the route (S-IN-4) and accept secondees (S-IN-5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from policies.secondment.edition import SecondmentEdition
from schemas.forms import RequestForm
from schemas.values import Route

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class FormFault:
    """A fault of a form: where (the steps of a JSON pointer), which clause, what would be right."""

    place: Place
    clause: str
    ja: str
    en: str


def wish_faults(edition: SecondmentEdition, requests: Sequence[RequestForm]) -> list[FormFault]:
    """Every fault of the wishes, in the order of the form."""
    return [
        fault
        for number, request in enumerate(requests)
        for rank, wish in enumerate(request.wishes)
        for name, site in (("domestic", wish.domestic), ("overseas", wish.overseas))
        if site is not None
        for fault in _site_faults(
            edition, request.route, site, ("requests", number, "wishes", rank, name), abroad=name == "overseas"
        )
    ]


def _site_faults(
    edition: SecondmentEdition, route: Route, site_id: str, place: Place, *, abroad: bool
) -> Iterator[FormFault]:
    if site_id not in edition.sites:
        near = get_close_matches(site_id, edition.sites, 1)
        ja = "この拠点番号は「受入可能な国内外拠点等」にありません。一覧の番号を記入してください。"
        en = "The list of places has no such site. Use an id of the list."
        ja, en = (f"{ja}近いもの: {near[0]}", f"{en} Near it: {near[0]}") if near else (ja, en)
        yield FormFault(place, "S-PL-1", ja, en)
    elif not edition.site(site_id).accepting:
        yield s_in_5_not_accepting(edition, site_id, place)
    elif not s_in_4_suits(edition, route, site_id, abroad=abroad):
        name = edition.route(route).name
        where = "海外" if abroad else "国内"
        ja = f"この拠点は「{name}」の{where}の希望先に選べません。派遣形態または拠点をご確認ください。"
        en = (
            f"This site cannot be wished for {'abroad' if abroad else 'in Japan'} on this route. Change one of the two."
        )
        yield FormFault(place, "S-IN-4", ja, en)


def s_in_4_suits(edition: SecondmentEdition, route: Route, site_id: str, *, abroad: bool) -> bool:
    """Whether a route may wish for a site, abroad or in Japan."""
    site = edition.site(site_id)
    return site.overseas if abroad else site.kind in edition.route(route).places


def s_in_5_not_accepting(edition: SecondmentEdition, site_id: str, place: Place) -> FormFault:
    """A unit that takes nobody is refused at once, naming those of its department that do."""
    beside = edition.accepting_beside(site_id)
    name = edition.site(site_id).full_name
    units = "、".join(f"{unit.name}（{unit.id}）" for unit in beside)
    ja = f"{name}は受入を行っていません。"
    ja += f"同じ部で受け入れているのは次の課です: {units}" if beside else "同じ部に受入可能な課はありません。"
    en = "This unit takes nobody. "
    ids = ", ".join(unit.id for unit in beside)
    en += f"Units of the same department that do: {ids}" if beside else "No unit of its department does."
    return FormFault(place, "S-IN-5", ja, en)
