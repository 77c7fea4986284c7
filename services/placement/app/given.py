"""The guards of places that HR gives by hand: known, of the right kind, not for too long (S-IN-4, S-SC-2…4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kernel.refusals import Refused
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Stay
from services.placement.app.rounds import known_site
from services.placement.app.standing import ByHand
from services.placement.policy.given import Officer, s_in_4_given, s_sc_2_given, s_sc_3_given, s_sc_4_given
from services.placement.policy.home_instead import s_sc_2_home_years
from services.placement.policy.rounds import Asked
from services.placement.policy.wishes import s_pl_6_stays

_ASTRAY = {
    "domestic_place_of_another_route": (
        "/domestic",
        "国内の受入先が、この申請の派遣形態の場所ではありません。派遣形態に合う国内の受入先を選んでください。",
        "The domestic place is none of the request's route. Choose a place in Japan that fits the route.",
    ),
    "overseas_place_of_another_route": (
        "/overseas",
        "国内のみの申請に海外事務所は割り当てられません。海外事務所を外すか、派遣元に申請を改めてもらってください。",
        "The request stays in Japan: no office abroad can be given. Leave the office out.",
    ),
    "not_an_overseas_office": (
        "/overseas",
        "海外事務所ではありません。海外事務所の記号を指定してください。",
        "This is no office abroad. Name an overseas office.",
    ),
}
_TOO_LONG = {
    "S-SC-2": (
        "/unit_agrees",
        "国内のみの期間が、この派遣形態の上限を超えています。期間を短くするか、"
        "受入部署の同意を得て unit_agrees を付けてください（同意があっても上限はあります）。",
        "That is longer in Japan alone than the route allows. Shorten it, or say unit_agrees once the unit agrees.",
    ),
    "S-SC-3": (
        "/years",
        "海外に赴任する出向は、先に国内での期間があり、全体の年数にも下限と上限があります。"
        "年数を直すか、海外事務所を外してください。",
        "A secondment that goes abroad is in Japan first, for 2 or 3 years in all. Mend the years or drop the office.",
    ),
    "S-SC-4": (
        "/years",
        "この国での期間の上限を超えます。年数を縮めるか、免除の理由とともに country_waived を付けてください。",
        "That is longer than the country allows. Shorten it, or say country_waived with the reason for the waiver.",
    ),
}


def stays_by_hand(edition: SecondmentEdition, asked: Asked, given: ByHand) -> tuple[Stay, ...]:
    """The places that HR gives, year by year. Refuses what the edition or the route does not have (S-IN-4)."""
    if given.domestic is None:
        return ()
    overseas = accepting_site(edition, given.overseas, "/overseas") if given.overseas else None
    home = accepting_site(edition, given.domestic, "/domestic")
    astray = s_in_4_given(edition, asked.request, home, overseas)
    if astray:
        pointer, ja, en = _ASTRAY[astray]
        raise Refused("S-IN-4", ja, en, pointer=pointer)
    alone = overseas is None and edition.route(asked.request.route).overseas
    usual = s_sc_2_home_years(edition, asked, home) if alone else asked.request.years
    return s_pl_6_stays(edition, home, overseas, given.years or usual)


def judged_by_hand(
    edition: SecondmentEdition,
    asked: Asked,
    given: ByHand,
    stays: tuple[Stay, ...],
    rank: int | None,
    officer: Officer,
    *,
    at: datetime,
) -> tuple[Decision, ...]:
    """What S-SC-2…4 say of them, where screening has not said it of a wish. Refuses what is too long or too short."""
    if not stays:
        return ()
    if given.overseas is None:
        found = s_sc_2_given(edition, stays, rank is not None, officer, at=at)
    else:
        found = s_sc_3_given(edition, stays, len(stays), officer, at=at)
        found += s_sc_4_given(edition, asked.request, stays, officer, at=at)
    return all_allowed(found)


def all_allowed(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions. Raises `Refused` at the first that refuses."""
    found = tuple(decisions)
    for each in found:
        if each.outcome == "refused":
            pointer, ja, en = _TOO_LONG[each.clause]
            raise Refused(each.clause, ja, en, pointer=pointer)
    return found


def accepting_site(edition: SecondmentEdition, site_id: str, pointer: str) -> str:
    """The site's id. Refuses one that the edition does not have, or that takes nobody (S-PL-1)."""
    site = edition.site(known_site(edition, site_id, pointer))
    if not site.accepting:
        beside = "、".join(each.full_name for each in edition.accepting_beside(site_id))
        ja = f"「{site.full_name}」は受入を行っていません。" + (
            f"同じ部で受け入れるのは、{beside}です。" if beside else ""
        )
        raise Refused("S-PL-1", ja, f"{site_id} takes nobody. Choose a place that does.", pointer=pointer)
    return site_id


def home_site(edition: SecondmentEdition, site_id: str, pointer: str) -> str:
    """The id of a place in Japan that takes secondees. Refuses any other (S-PL-11, S-PL-1)."""
    if edition.site(accepting_site(edition, site_id, pointer)).overseas:
        ja = "海外事務所です。渡航を取りやめたあとの受入先には、国内の受入先を指定してください。"
        raise Refused("S-PL-11", ja, "That is an office abroad. Name a place in Japan instead.", pointer=pointer)
    return site_id
