"""The documents name what there is, and no file says where it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from madoguchi.cli import app
from tests.docs.documents import ROOT, code, documents, links, texts

DOCUMENTS = pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
FOLDERS = "kernel|schemas|policies|services|infra|madoguchi|tests|benchmarks|docs|examples|requirements"
ABSOLUTE = re.compile(r"(?<![\w./~$}-])/(?:home|Users|root|private|mnt|workspace|builds?)/[\w.-]+|[A-Z]:\\+Users\\")
REGISTRY = re.compile(
    r"https?://[^\s\"']*(?:pypi|simple/|artifactory|nexus|devpi|maven2|registry\.)|--(?:extra-)?index-url"
)


def pieces(document: Path) -> list[str]:
    """The code in a document."""
    return code(document.read_text(encoding="utf-8"))


@DOCUMENTS
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    broken = [link for link in links(document.read_text(encoding="utf-8")) if not (document.parent / link).exists()]
    assert broken == []


@DOCUMENTS
def test_every_file_that_is_named_is_there(document: Path) -> None:
    named = [piece for piece in pieces(document) if re.fullmatch(rf"(?:{FOLDERS})/[\w./-]+", piece)]
    assert [piece for piece in named if not (ROOT / piece).exists()] == []


@DOCUMENTS
def test_every_make_target_that_is_named_is_there(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = {name for piece in pieces(document) for name in re.findall(r"^(?:\$ )?make ([a-z]+)", piece)}
    assert named <= targets


@DOCUMENTS
def test_every_command_that_is_named_is_there(document: Path) -> None:
    found = (re.match(r"(?:\$ )?(?:\.venv/bin/)?madoguchi ([^#]*)", piece) for piece in pieces(document))
    named = [match[1] for match in found if match]
    assert [words for words in named if not _known(words.split(), typer.main.get_command(app))] == []


def _known(words: list[str], command: Any) -> bool:
    """Whether the words lead to a command; what stands behind it are its arguments."""
    below = getattr(command, "commands", None)
    if below is None or not words:
        return True
    return words[0] in below and _known(words[1:], below[words[0]])


def test_every_command_of_the_makefile_is_explained_by_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (declared,) = re.findall(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    assert set(declared.split()) == set(re.findall(r"^([a-z]+):.*## .+$", text, flags=re.MULTILINE))


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    assert _places(ABSOLUTE) == []
    for here in (ROOT, Path.home()):
        if len(here.parts) > 2:  # a folder such as /app may well be meant
            assert _places(re.compile(rf"(?<![\w.]){re.escape(str(here))}(?![\w-])")) == []


def test_no_file_names_the_host_of_a_registry() -> None:
    assert _places(REGISTRY) == []


def test_the_locked_packages_name_no_address() -> None:
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "infra" / "local" / "kafka.lock"]
    locks.append(ROOT / "benchmarks" / "requirements.txt")
    assert [path.name for path in locks if "://" in path.read_text(encoding="utf-8")] == []


def _places(pattern: re.Pattern[str]) -> list[str]:
    return list(_found(pattern))


def _found(pattern: re.Pattern[str]) -> Iterator[str]:
    for name, text in texts():
        if name == "tests/docs/test_documents.py":
            continue  # it holds the patterns themselves
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                yield f"{name}:{number}: {line.strip()[:80]}"
