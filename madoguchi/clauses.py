"""Where each clause of the rulebook lives: parameters of the editions, predicates and guards in code, tests."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from policies.clauses import everything

ROOT = Path(__file__).resolve().parents[1]
CODE = ("services", "policies", "schemas", "kernel")
CITED = re.compile(r"\b(?:[SC]-[A-Z]{2}|G)-\d+\b")
NAMED = re.compile(r"^_?([sc])_([a-z]{2})_(\d+)(?:_|$)")


@dataclass
class Places:
    """Where one clause is found: predicates named after it, files that cite it, tests marked with it."""

    predicates: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)


def survey(root: Path = ROOT) -> dict[str, Places]:
    """Every clause with its places."""
    found: dict[str, Places] = {clause: Places() for clause in everything()}
    for folder in CODE:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                _note(found, path, path.relative_to(root).as_posix())
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
                clause = f"{match[1].upper()}-{match[2].upper()}-{int(match[3])}"
                if clause in found:
                    found[clause].predicates.append(f"{name}::{node.name}")


def marked(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs of clause and test in a file, by the mark ``@pytest.mark.clause("…")`` on functions and classes."""
    clauses_of: dict[ast.AST, list[str]] = defaultdict(list)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            clauses_of[node] = [clause for mark in node.decorator_list for clause in _clauses(mark)]
    for node, clauses in clauses_of.items():
        for clause in clauses:
            yield clause, getattr(node, "name", "")


def _clauses(mark: ast.expr) -> Iterator[str]:
    if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "clause":
        for argument in mark.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value
