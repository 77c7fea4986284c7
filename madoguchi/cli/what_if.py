"""`madoguchi what-if`: a round as it might be, beside its official results, which stay as they are."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from madoguchi.cli.talking import console, fail, put
from madoguchi.folding import Folded
from madoguchi.rehearsal.wording import Wording

PLACE = re.compile(r"(?P<site>\S+?)(?P<more>[+-]\d{1,2})(?:@(?P<years>\d{4}(?:,\d{4})*))?")
CHANGES = {"better": "↑ 良", "worse": "↓ 悪", "same": "変わらず", "gone": "取下げ", "new": "新規"}
STYLES = {"better": "green", "worse": "red", "same": "dim", "gone": "yellow", "new": "yellow"}
VERDICTS = {
    "passed": "検証済み（すべて確認）",
    "not_proved": "検証は途中まで（最適とは証明できていない）",
    "failed": "検証で誤り",
}
AIMS = {"rule": "規則どおり（S-PL-3）", "most": "まず人数を最大に、その中で規則どおり"}

Programme = Annotated[Literal["secondment"], typer.Argument(help="制度")]
Year = Annotated[int, typer.Argument(help="年度")]
Places = Annotated[
    list[str] | None,
    typer.Option("--place", help="枠の増減。bangkok+1、hanoi-1、年度を限るなら bangkok+1@2027,2028。何度でも"),
]
Most = Annotated[bool, typer.Option("--as-many-as-possible", help="まず配置する人数を最大にする")]
Scope = Annotated[
    Literal["this_round", "all_years"] | None,
    typer.Option(help="S-PL-4 の「今までに」を、今回だけ／すべての年度と読む"),
]
Without = Annotated[list[str] | None, typer.Option("--without", help="取り下げたと仮定する受付番号。何度でも")]
Changed = Annotated[bool, typer.Option("--changed", help="変わるものだけを表示する")]


def what_if(
    programme: Programme,
    year: Year,
    place: Places = None,
    as_many_as_possible: Most = False,
    priority: Scope = None,
    without: Without = None,
    changed: Changed = False,
) -> None:
    """もし枠が増えたら、など。公式の結果と並べて示し、何も記録しない。What if; nothing is recorded."""
    body = {
        "places": [_place(each) for each in place or []],
        "as_many_as_possible": as_many_as_possible,
        "priority": priority,
        "without": without or [],
    }
    with console.status("仮定の調整を計算しています…"):
        found = put("placement", f"/v1/rounds/{programme}/{year}/what-if", body)
    show(found, Wording.of(f"{programme}/{year}"), changed_only=changed)


def _place(said: str) -> dict[str, Any]:
    read = PLACE.fullmatch(said)
    if read is None:
        fail(f"--place「{said}」は bangkok+1 や bangkok-1@2027 の形で指定してください。(Write it as bangkok+1.)")
    years = [int(each) for each in (read["years"] or "").split(",") if each]
    return {"site": read["site"], "more": int(read["more"]), "fiscal_years": years}


def show(found: dict[str, Any], wording: Wording, *, changed_only: bool = False) -> None:
    """Both sides: who gets what, then the totals with the verdicts."""
    rows = [row for row in found["rows"] if not changed_only or row["change"] != "same"]
    table = Table(
        title=f"{found['fiscal_year']}年度 公式の結果と仮定の結果（何も記録されません）", title_justify="left"
    )
    for heading in ("受付番号", "公式の結果", "仮定の結果", "変化"):
        table.add_column(heading)
    for row in rows:
        change = Text(CHANGES[row["change"]], style=STYLES[row["change"]])
        sides = (Folded(_got(row[side], wording)) for side in ("official", "what_if"))
        table.add_row(row["seeker"], *sides, change)
    console.print(table)
    console.print(_totals(found))
    tally = "、".join(f"{CHANGES[name]} {count}件" for name, count in found["changes"].items() if count)
    console.print(Folded(f"変化：{tally or 'なし'}"))


def _got(got: dict[str, Any] | None, wording: Wording) -> str:
    if got is None:
        return "―"
    if got["site"] is None:
        return f"配置なし（組{got['level']}）"
    rank = f"第{got['rank']}希望" if got["rank"] else "希望外"
    hand = "、人事課の調整" if got["by_hand"] else ""
    return f"{wording.site(got['site'])}（{rank}、組{got['level']}{hand}）"


def _totals(found: dict[str, Any]) -> Table:
    table = Table(title="合計と検証", title_justify="left")
    for heading in ("", "公式", "仮定"):
        table.add_column(heading)
    official, thought = found["official"], found["what_if"]
    table.add_row("配置／希望", *(f"{side['placed']}／{side['asked']}件" for side in (official, thought)))
    for name, heading in (("by_rank", "第{}希望"), ("by_class", "組{}")):
        for each in sorted({*official[name], *thought[name]}, key=int):
            counts = (f"{side[name].get(each, 0)}件" for side in (official, thought))
            table.add_row(heading.format(each), *counts)
    if official["not_wished"]:
        table.add_row("希望外", f"{official['not_wished']}件", "0件")
    table.add_row("目標", *(Folded(AIMS[side["aim"]]) for side in (official, thought)))
    table.add_row("検証", *(Folded(_verdict(side)) for side in (official, thought)))
    return table


def _verdict(side: dict[str, Any]) -> str:
    lines = [VERDICTS[side["verdict"]]]
    if gap := side.get("gap"):
        lines.append(f"{gap['step']} {gap['at']}：到達 {gap['achieved']}、上限 {gap['bound']}")
    if side.get("passed_over"):
        lines.append(f"規則なら先になるのに後にした者：{side['passed_over']}件")
    if side.get("by_hand"):
        lines.append(f"ただし人事課の調整{side['by_hand']}件は検証の外")
    return "\n".join(lines)
