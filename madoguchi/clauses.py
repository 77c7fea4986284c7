"""Where each clause of the rulebook lives: parameters of the editions, predicates and guards in code, tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policies.clauses import everything

ROOT = Path(__file__).resolve().parents[1]
CODE = ("services", "policies", "schemas", "kernel")
CITED = re.compile(r"\b(?:[SC]-[A-Z]{2}|G)-\d+\b")
NAMED = re.compile(r"^_?((?:[sc]_[a-z]{2})|g)_(\d+)(?:_|$)")
TEST = re.compile(r"test_|Test")
RULEBOOK = "policies/rulebook.yaml"
"""Names every clause, so it is no place where one is decided."""


@dataclass
class Places:
    """Where one clause is found: predicates named after it, files that cite it, tests marked with it."""

    predicates: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)


def survey(root: Path = ROOT) -> dict[str, Places]:
    """Every clause with its places; also what code or tests take for a clause and the rulebook does not have."""
    found: dict[str, Places] = {clause: Places() for clause in everything()}
    for folder in CODE:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in (".py", ".yaml") and name != RULEBOOK:
                _note(found, path, name)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for clause, test in marked(path):
            found.setdefault(clause, Places()).tests.append(f"{path.relative_to(root).as_posix()}::{test}")
    return found


def _note(found: dict[str, Places], path: Path, name: str) -> None:
    text = path.read_text(encoding="utf-8")
    for clause in set(CITED.findall(text)) & found.keys():
        found[clause].files.append(name)
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (match := NAMED.match(node.name)):
                clause = f"{match[1].upper().replace('_', '-')}-{int(match[2])}"
                found.setdefault(clause, Places()).predicates.append(f"{name}::{node.name}")


def marked(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs of clause and test in a file, by the mark ``@pytest.mark.clause("…")``.

    The mark may stand on a test, on its class, on one of its cases (``pytest.param``), or on the file (``pytestmark``);
    cases may have been given a name before.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    of_file = _clauses(named["pytestmark"], {}) if "pytestmark" in named else []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and TEST.match(node.name):
            own = [clause for decorator in node.decorator_list for clause in _clauses(decorator, named)]
            for clause in dict.fromkeys([*own, *of_file]):
                yield clause, node.name


def _clauses(expression: ast.expr, named: Mapping[str, ast.expr]) -> list[str]:
    found = []
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and node.id in named:
            found += _clauses(named[node.id], {})
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "clause":
            found += [
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
    return found
