"""`docs/performance.json`, `docs/performance.md` and the plots, written from the results of a run at full size."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import table
from benchmarks.distances import WHY
from benchmarks.peers import environment
from infra.local.programs import PROJECT

DOCS = PROJECT / "docs"
KEPT = DOCS / "performance.json"
PAGE = DOCS / "performance.md"
PLOTS = DOCS / "performance"
Rows = Sequence[Mapping[str, Any]]

HEAD = """# Performance

Written by `make bench` (see [benchmarks](../benchmarks/README.md)); do not edit. Every figure is a ratio to something
else that was run in turn with it, in the same minute, on the same machine and with the same durability; seconds alone
say little. Figures are medians of the turns, in brackets from where to where they went. What is behind each row is said
at the top of its file in `benchmarks/`.

"""
PICTURE = "![How far each row is from what it should reach](performance/rows.svg)\n\n"
MISSED = """## What keeps a row from its goal

"""
GROWTH = """## As it grows (`make bench ONLY=growth`)

Cost for each event, which must not rise by more than 20 % over the lowest before it.

"""


SCALE = """## More processes, more nodes (`make bench ONLY=scale`)

The whole road with so many processes of each service, on so many brokers and members of the replica set (then each
write waits for two of three). All of them share the machine's cores.

| nodes of each | processes of each | cases/s | p50, p99 ms at half load | all done, in order | messages, again |
| --- | --- | --- | --- | --- | --- |
"""
NONE: dict[str, Any] = {"rows": [], "growth": [], "scale": []}


def kept() -> dict[str, Any]:
    """What is committed: `machine`, `rows`, `growth`, `scale`."""
    found: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    return {"machine": {}} | NONE | found


def write(machine: Mapping[str, Any], rows: Rows, besides: Mapping[str, Rows], order: Sequence[str]) -> None:
    """Rows and curves take the place of those of the same group; all others go when the machine is another."""
    before = kept()
    if before["machine"] != machine:
        before |= NONE
    made = {
        "machine": dict(machine),
        "rows": sorted(_replaced(before["rows"], rows, "group"), key=lambda row: order.index(row["group"])),
        "growth": _replaced(before["growth"], besides.get("growth", ()), "name"),
        "scale": besides.get("scale") or before["scale"],
    }
    KEPT.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    PAGE.write_text(page(made))
    _plot(made)


def _replaced(before: Rows, now: Rows, by: str) -> list[Mapping[str, Any]]:
    new = {row[by] for row in now}
    return [*(row for row in before if row[by] not in new), *now]


def page(made: Mapping[str, Any]) -> str:
    """The page as Markdown."""
    text = HEAD
    if made["rows"]:
        text += PICTURE + table.markdown(made["rows"]) + "\n\n" + _notes(made["rows"])
    if missed := [row for row in made["rows"] if not row["reached"]]:
        text += MISSED + "\n".join(
            f"- **{row['name']}**: {WHY.get(row['name'], 'not explained yet.')}" for row in missed
        )
        text += "\n\n"
    if made["growth"]:
        text += GROWTH + "\n\n".join(_curve(curve) for curve in made["growth"]) + "\n\n"
    if made["scale"]:
        text += SCALE + "\n".join(_arrangement(each) for each in made["scale"]) + "\n\n"
    described = "\n".join(f"| {name} | {value} |" for name, value in made["machine"].items())
    return f"{text}## The machine\n\n| | |\n| --- | --- |\n{described}\n"


def _notes(rows: Rows) -> str:
    durability = sorted({row["durability"] for row in rows})
    loads = [row["load"] for row in rows]
    busy = f"The machine's load while it was measured: {min(loads):.1f} to {max(loads):.1f}.\n\n"
    lines = [f"- {row['name']}: {_said(row['more'])}" for row in rows if row["more"]]
    return busy + "Durability: " + ". ".join(durability) + ".\n\nFurther figures:\n\n" + "\n".join(lines) + "\n\n"


def _said(more: Mapping[str, Any]) -> str:
    texts = {name: json.dumps(value, ensure_ascii=False).strip("{}").replace('"', "") for name, value in more.items()}
    return "; ".join(f"{name} {text}" for name, text in texts.items())


def _curve(curve: Mapping[str, Any]) -> str:
    points = ", ".join(f"{size:,}: {cost:.3g}" for size, cost in curve["points"])
    flat = "flat" if curve["reached"] else "**bends**"
    picture = f"![{curve['name']}](performance/{curve['plot']}.svg)"
    costs = f"{curve['unit']} by {curve['by']}: {points}. {'' if curve['reached'] else curve['why']}".rstrip()
    return f"### {curve['name']}: {flat}\n\n{picture}\n\n{costs}"


def _arrangement(each: Mapping[str, Any]) -> str:
    held = "yes" if each["complete"] and each["ordered"] else "**no**"
    return (
        f"| {each['nodes']} | {each['processes']} | {each['rate']:.3g} | {each['p50']:,.0f}, {each['p99']:,.0f} "
        f"| {held} | {each['messages']:,}, {each['again']} |"
    )


def _plot(made: Mapping[str, Any]) -> None:
    command = (str(environment.python()), "-m", "benchmarks.peers.plot", str(PLOTS))
    subprocess.run(command, input=json.dumps(made), cwd=PROJECT, text=True, check=True)
