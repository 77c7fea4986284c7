"""One YAML file of an edition, with the line of every key, so that a mistake can be pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from policies.faults import EditionError, EditionFault

Place = Sequence[str | int]
"""Keys and positions that lead from the top of a file to a value."""


class _DaysAsText(RoundTripConstructor):
    """Leaves days as they are written: YAML's own reading of 2026-02-30 fails without naming the line."""


def _as_written(_: RoundTripConstructor, node: ScalarNode) -> str:
    return str(node.value)


_DaysAsText.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


class Document:
    """A YAML file as plain data (``data``) that still knows its lines. ``file`` is the name that faults give.

    With a ``base`` it changes an earlier edition's file: top-level keys that it has stand for the base's, one without
    a value is taken away, all others are the base's.
    """

    def __init__(self, path: Path, file: str, base: Document | None = None) -> None:
        self.file, self._base = file, base
        self._tree = _parse(_text(path, file), file)
        self.data: Any = expanded(plain(self._tree))
        if base is not None:
            self.data = {key: each for key, each in (base.data | self.data).items() if each is not None}

    def holding(self, place: Place) -> Document:
        """The file that holds a place: this one, or the base of which it is taken over."""
        if self._base is None or not place or _step(self._tree, place[0]) or place[0] not in self._base.data:
            return self
        return self._base.holding(place)

    def line(self, place: Place) -> int:
        """The line, from 1, of the deepest key of ``place`` that the file has; parts that it lacks are passed over."""
        node, line = self._tree, 1
        for part in place:
            found = _step(node, part)
            if found is not None:
                node, line = found[0], found[1] + 1
        return line

    def clause(self, place: Place) -> str | None:
        """The clause written nearest above ``place``."""
        node, clause = self._tree, _clause(self.data)
        for part in place:
            found = _step(node, part)
            if found is not None:
                node = found[0]
                clause = _clause(node) or clause
        return clause


def plain(node: Any) -> Any:
    """Lists, mappings with text keys and scalars, without the lines."""
    if isinstance(node, CommentedMap):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [plain(value) for value in node]
    return str(node) if isinstance(node, str) else node


def expanded(data: Any) -> Any:
    """Write the short form of a parameter (``from`` and ``value`` beside its clause) as a list of one value."""
    if isinstance(data, list):
        return [expanded(each) for each in data]
    if not isinstance(data, dict):
        return data
    if {"clause", "value"} <= data.keys() and "values" not in data:
        only = {key: data[key] for key in ("from", "until", "value") if key in data}
        data = {**{key: value for key, value in data.items() if key not in only}, "values": [only]}
    return {key: expanded(value) for key, value in data.items()}


def _text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise _unreadable(file, 1, "UTF-8で保存してください", "save the file as UTF-8") from None


@lru_cache(maxsize=128)
def _parse(text: str, file: str) -> Any:
    """The tree of a text, which nobody changes; kept, since a clerk who mends one file has the others read again."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _DaysAsText
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        problem = str(error.problem).splitlines()[0]
        raise _unreadable(file, line, "字下げ、コロン、二重の項目をご確認ください", problem) from None
    except YAMLError:
        raise _unreadable(file, 1, "使えない文字が含まれています", "the file holds characters not allowed") from None
    if not isinstance(tree, CommentedMap):
        raise _unreadable(file, 1, "項目名と値の組で書いてください", "write it as keys with values")
    return tree


def _unreadable(file: str, line: int, ja: str, en: str) -> EditionError:
    ja, en = f"YAMLとして読めません。{ja}。", f"Not readable as YAML: {en}."
    return EditionError([EditionFault(file, line, "G-6", ja, en)])


def _step(node: Any, part: str | int) -> tuple[Any, int] | None:
    if isinstance(node, CommentedMap):
        for key in node:
            if str(key) == str(part):
                return node[key], node.lc.key(key)[0]
    if isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
        return node[part], node.lc.item(part)[0]
    return None


def _clause(node: Any) -> str | None:
    clause = node.get("clause") if isinstance(node, dict) else None
    return clause if isinstance(clause, str) else None
