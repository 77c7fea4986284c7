"""How the fields of a list's lines are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.sealing import PREFIX
from madoguchi.cli.calendar_words import LETTERS
from madoguchi.cli.decision_words import READ, happened
from madoguchi.cli.field_words import SCREENINGS, VALUES, standing
from madoguchi.cli.support_cells import (
    consents,
    ground,
    handed_on,
    menu,
    of_coordinator,
    services,
    survey,
    visits,
)  # fmt: skip
from madoguchi.cli.words import UNITS, moment, plain
from madoguchi.rehearsal.wording import why_not
from policies.editions import load, years
from policies.secondment.edition import SecondmentEdition

FAILURES = {
    "address": "宛先に送れない",
    "bounced": "宛先から戻ってきた",
    "erased": "宛先のデータが消去済み",
    "unreachable": "メールサーバーに接続できない",
    "smtp-4": "メールサーバーが一時的に拒否",
    "smtp-5": "メールサーバーが拒否（宛先不明など）",
}
"""Why a letter did not go out, by how its code begins."""


APPRAISED = {"goals": "目標", "review": "中間", "assessment": "年度末", "reported": "通知"}
"""The steps of an appraisal, in their order."""


def cell(name: str, value: Any) -> str:
    """A field of a line."""
    if value is None or value in ([], {}, ""):
        return ""
    if name in SHOWN:
        return str(SHOWN[name](value))
    if isinstance(value, str) and value.startswith(PREFIX):
        return "（封）"
    if name in STANDING:
        return "、".join(standing(each) for each in ([value] if isinstance(value, str) else value))
    return plain(value)


def site(id: str) -> str:
    """A place by its name in the first edition."""
    sites = _edition().sites
    return sites[id].full_name if id in sites else id


def balance(invoice: Mapping[str, Any]) -> str:
    """What is still owed, or was paid too much; a return invoice owes nothing itself."""
    left = invoice.get("balance")
    if left is None or invoice.get("kind") == "return":
        return ""
    return f"過入金 {-left:,}" if left < 0 else f"{left:,}"


def rate_waited_for(invoice: Mapping[str, Any]) -> str:
    """The exchange rate without which a held invoice is not issued (S-BI-4)."""
    if invoice.get("status") != "held" or not invoice.get("awaited"):
        return ""
    currency = str(invoice.get("missing", "")).partition(" ")[0]
    kind, day = invoice["awaited"]["kind"], invoice["awaited"]["day"]
    return f"{day}の{UNITS.get(currency, currency)}の{READ.get(kind, kind)}。なければ直前7日、その後の最初の相場"


def departure(secondment: Mapping[str, Any]) -> str:
    """Whether and when the post overseas was or will be taken up."""
    if secondment.get("departure_cancelled"):
        return "中止"
    if secondment.get("departed_on"):
        return str(secondment["departed_on"])
    planned = secondment.get("departure_planned_for")
    return f"延期　予定 {planned}" if planned else ""


def failure(letter: Mapping[str, Any]) -> str:
    """Why a letter has not gone out, how often it was tried, and whether it is tried again by itself."""
    if letter.get("status") != "failed":
        return ""
    code = str(letter.get("failure") or "")
    why = next((words for begins, words in FAILURES.items() if code.startswith(begins)), "内部の誤り")
    again = "自動の再送は終わり。retry-letter で再送" if letter.get("given_up") else "自動で再送する"
    tried = f"{letter['tries']}回　" if letter.get("tries") else ""
    return f"{why}（{code}）　{tried}{again}"


def checklist(items: Mapping[str, Mapping[str, Any]]) -> str:
    """Every item of the departure's checklist, who acts, and where it stands; nothing recorded is still to do."""
    return "\n".join(
        f"{task.name}（{VALUES[task.first]}{'、必須' if task.required else ''}）: {_item(items.get(code))}"
        for code, task in _edition().departure.checklist.items()
    )


def appraisals(by_year: Mapping[str, Mapping[str, Any]]) -> str:
    """The days of each fiscal year's steps and of the report (S-LI-8); what is not there yet is still to do."""
    return "\n".join(
        f"{year}年度　" + "　".join(f"{name} {days.get(step) or '未了'}" for step, name in APPRAISED.items())
        for year, days in sorted(by_year.items())
    )


def _waiting(lists: str | list[str]) -> str:
    """What a company's case waits for; a line not declared on has a sentence there."""
    return lists if isinstance(lists, str) else "、".join(SCREENINGS.get(each) or standing(each) for each in lists)


def _item(said: Mapping[str, Any] | None) -> str:
    return f"{standing(said['state'])} {said.get('on') or ''}".strip() if said else standing("open")


def _edition() -> SecondmentEdition:
    return load("secondment", years("secondment")[0])


def _questions(asked: list[dict[str, Any]]) -> str:
    return "\n".join(f"{each['clause']} {standing(each['asked'])}" for each in asked)


def _places(by_year: dict[str, dict[str, int]]) -> str:
    return "　".join(f"{year}: {each['free']}／{each['capacity']}" for year, each in by_year.items())


DECLARE = "利害関係を申告してください"
"""Of a company's case that the officer has not declared on (C-SC-16)."""
STANDING = frozenset(
    {"status", "why", "memorandum", "bears", "settlement", "missing", "agreed", "stage", "interview_mode"}
)
"""The fields that are words of a fixed list."""
SHOWN: Mapping[str, Any] = {
    "questions": _questions,
    "years": _places,
    "stays": lambda stays: "\n".join(f"{each['fiscal_year']} {site(each['site'])}" for each in stays),
    "items": checklist,
    "explanation": lambda told: "\n".join(
        f"第{each['rank']}希望 {site(each['site'])}：{why_not(each)}" for each in told
    ),
    "planned": lambda planned: "\n".join(
        f"{moment(each['due'])} {LETTERS.get(each['code'], each['code'])}" for each in planned
    ),
    "papers": lambda papers: str(len(papers)),
    "overdue_appraisals": lambda late: "、".join(f"{year}年度" for year in late),
    "appraisals": appraisals,
    "by_hand": lambda changed: "調整" if changed else "",
    "waiting": _waiting,
    "visits": visits,
    "services": services,
    "menus": lambda times: "\n".join(f"{menu(code)} {count}回" for code, count in times.items()),
    "surveys_unanswered": lambda codes: "、".join(survey(code) for code in codes),
    "silent": lambda silent: "連絡なし" if silent else "",
    "ground": ground,
}
"""How the fields that are no plain values are shown."""
MADE: Mapping[str, Mapping[str, Any]] = {
    "invoices": {"balance": balance, "waits_for": rate_waited_for},
    "secondments": {"departure": departure},
    "letters": {"failure": failure},
    "companies": {"consents": consents},
    "waiting-consents": {"flags": lambda each: "要注意" if each.get("flags") else ""},
    "coordinators": {
        "companies": lambda each: str(each["companies"]),
        "free": lambda each: str(each["most"] - each["companies"]),
        **{name: of_coordinator(name) for name in ("regions", "fields", "languages")},
    },
    "menus": {"menu_name": lambda each: menu(each["id"]), "left": lambda each: str(each["left"])},
    "handover": {
        "what": lambda each: happened(each["name"].partition(".")[2].rpartition(".v")[0]),
        "told": handed_on,
    },
    "disclosures": {"number": lambda each: str(each["place"])},
    "support-invoices": {"balance": balance},
}
"""The fields that are made of several others, by list."""
NOTES = frozenset(
    {"waits_for", "departure", "overdue_appraisals", "failure"}
    | {"flags", "clauses", "silent", "ground", "menus", "visits", "services"}
)
"""The fields that most lines do not have."""
