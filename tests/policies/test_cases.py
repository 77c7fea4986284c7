"""The cases beside each edition are well formed; the documentation's examples are true."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

import policies
from policies.cases import load_cases
from policies.clauses import everything, exists
from policies.editions import FOLDER, load
from policies.faults import EditionError, EditionFault
from schemas.values import Programme


@pytest.mark.parametrize("programme", ["secondment", "support"])
def test_the_cases_of_2026_are_well_formed(programme: Programme) -> None:
    cases = load_cases(programme, 2026).root
    assert len(cases) >= 75
    assert {"passed", "refused", "waiver_asked", "held", "computed"} <= {case.outcome for case in cases.values()}


def test_sites_in_cases_are_those_of_the_edition() -> None:
    edition = load("secondment", 2026)
    cases = load_cases("secondment", 2026).root.values()
    facts = [case.facts for case in cases if (case.clause, case.outcome) != ("S-PL-1", "refused")]
    named = {
        each[key] for each in facts for key in ("domestic", "overseas", "office") if isinstance(each.get(key), str)
    }
    assert named
    assert named <= edition.sites.keys()


def refused(folder: Path, old: str, new: str) -> tuple[EditionFault, ...]:
    text = (FOLDER / "secondment" / "2026" / "cases.yaml").read_text(encoding="utf-8")
    assert old in text
    target = folder / "secondment" / "2026"
    target.mkdir(parents=True)
    (target / "cases.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EditionError) as caught:
        load_cases("secondment", 2026, folder)
    return caught.value.faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("outcome: refused", "outcome: declined", "使える値"),
        ("about: reception", "about: recpetion", "about"),
        ("received_at:", "recieved_at:", "事実はありません"),
        ("clause: S-IN-1", "clause: S-IN-8", "条項"),
        ("  outcome: passed", "  outcome: computed", "gives"),
        ("  outcome: passed", "  outcome: passed\n  gives: {total: 1}", "gives"),
    ],
)
def test_a_mistake_in_a_case_is_named_by_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    (fault,) = refused(tmp_path, old, new)
    assert said in fault.ja
    assert fault.file == "secondment/2026/cases.yaml"
    assert fault.line > 1


def test_an_edition_without_cases_says_so(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match=r"cases\.yaml"):
        load_cases("support", 2026, tmp_path)


def test_the_rulebook_has_its_clauses_and_no_others() -> None:
    assert len(everything()) == 8 + 46 + 38
    assert exists("S-PL-11")
    assert not any(map(exists, ("S-PL-12", "S-PL-0", "S-PL-01", "S-XX-1", "", "G", "C-CO-2")))


def test_the_examples_of_the_readme_are_true() -> None:
    readme = Path(policies.__path__[0]) / "README.md"
    failures, tried = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")
    assert (failures, tried > 0) == (0, True)
