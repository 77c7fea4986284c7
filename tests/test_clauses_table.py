"""The table of clauses finds what is there, and fails where something is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from madoguchi.clauses import Places, survey
from policies.rulebook import rulebook
from tests import clauses

TREE = {
    "services/placement/policy.py": '''
        """Decides (S-PL-3, S-PL-4)."""
        def s_pl_3_better(one, other): ...
        def _s_pl_4_placed_before(sender): ...
        def compare(one, other): ...
    ''',
    "kernel/clock.py": "def g_1_has_come(day, at): ...",
    "policies/support/2026/reception.yaml": "companies_most: {clause: C-IN-3, value: 420}",
    "policies/rulebook.yaml": "C-NO-1: {ja: 通知}",
    "services/placement/notes.txt": "S-PL-9",
    "tests/placement/test_policy.py": """
        import pytest
        CASES = [pytest.param(1, marks=pytest.mark.clause("S-PL-5"))]

        @pytest.mark.clause("S-PL-3", "S-PL-4")
        def test_the_higher_rank_goes_first(): ...

        @pytest.mark.parametrize("seed", CASES)
        async def test_the_lottery(seed): ...

        @pytest.mark.clause("S-PL-6")
        class TestBundles: ...

        @pytest.mark.clause("S-PL-7")
        def rounds(): "a helper proves nothing"
    """,
    "tests/intake/test_reception.py": """
        import pytest
        pytestmark = pytest.mark.clause("C-IN-3")

        def test_the_last_place(): ...
    """,
}


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Places]:
    """The survey of a small tree."""
    return survey(planted(tmp_path, TREE))


def planted(root: Path, tree: dict[str, str]) -> Path:
    """Files with these texts, their common indent taken off."""
    for name, text in tree.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.replace("\n        ", "\n").strip(), encoding="utf-8")
    return root


def test_a_predicate_is_found_by_its_name(found: dict[str, Places]) -> None:
    assert found["S-PL-3"].predicates == ["services/placement/policy.py::s_pl_3_better"]
    assert found["S-PL-4"].predicates == ["services/placement/policy.py::_s_pl_4_placed_before"]
    assert found["G-1"].predicates == ["kernel/clock.py::g_1_has_come"]


def test_a_file_is_found_by_the_clauses_that_it_cites(found: dict[str, Places]) -> None:
    assert found["S-PL-3"].files == ["services/placement/policy.py"]
    assert found["C-IN-3"].files == ["policies/support/2026/reception.yaml"]


def test_neither_the_rulebook_nor_other_texts_count_as_places(found: dict[str, Places]) -> None:
    assert found["C-NO-1"].files == []
    assert found["S-PL-9"].files == []


@pytest.mark.parametrize(
    ("clause", "test"),
    [
        ("S-PL-3", "tests/placement/test_policy.py::test_the_higher_rank_goes_first"),
        ("S-PL-4", "tests/placement/test_policy.py::test_the_higher_rank_goes_first"),
        ("S-PL-5", "tests/placement/test_policy.py::test_the_lottery"),
        ("S-PL-6", "tests/placement/test_policy.py::TestBundles"),
        ("C-IN-3", "tests/intake/test_reception.py::test_the_last_place"),
    ],
    ids=["a mark", "a second clause of a mark", "a case's mark", "a class's mark", "a file's mark"],
)
def test_a_test_is_found_by_its_mark(found: dict[str, Places], clause: str, test: str) -> None:
    assert found[clause].tests == [test]


def test_a_marked_helper_is_no_test(found: dict[str, Places]) -> None:
    assert found["S-PL-7"].tests == []


def test_every_clause_of_the_rulebook_has_its_line(found: dict[str, Places]) -> None:
    assert found.keys() == rulebook().keys()


def test_a_claimed_clause_without_a_test_is_told(found: dict[str, Places]) -> None:
    claimed = {id for id, clause in rulebook().items() if clause.claimed}
    assert set(clauses.unproved(found)) == claimed - {"S-PL-3", "S-PL-4", "S-PL-5", "S-PL-6", "C-IN-3"}


def test_a_clause_that_is_left_for_later_needs_no_test(
    found: dict[str, Places], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "C-NO-1" in clauses.unproved(found)
    later = rulebook()["C-NO-1"].model_copy(update={"claimed": False})
    monkeypatch.setattr(clauses, "rulebook", lambda: {**rulebook(), "C-NO-1": later})
    assert "C-NO-1" not in {*clauses.unproved(found), *clauses.undecided(found)}


def test_a_claimed_clause_that_no_code_and_no_edition_names_is_told(found: dict[str, Places]) -> None:
    assert "C-NO-1" in clauses.undecided(found)
    assert not {"S-PL-3", "C-IN-3"} & {*clauses.undecided(found)}


def test_a_mark_or_a_name_for_no_clause_is_told(tmp_path: Path) -> None:
    more = {
        "tests/test_more.py": 'import pytest\n@pytest.mark.clause("S-PL-99")\ndef test_more(): ...',
        "services/billing/policy.py": "def c_bi_77_free(visit): ...",
    }
    assert clauses.unknown(survey(planted(tmp_path, TREE | more))) == ["C-BI-77", "S-PL-99"]
    assert clauses.unknown(survey(planted(tmp_path / "without", TREE))) == []


def test_the_command_fails_where_something_is_missing(
    found: dict[str, Places], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clauses, "survey", lambda: found)
    assert clauses.main() == 1
    assert "S-IN-1 is claimed as done, and no test is marked with it." in capsys.readouterr().out
    whole = {id: Places(files=["a.py"], tests=["test_a.py::test_a"]) for id in rulebook()}
    monkeypatch.setattr(clauses, "survey", lambda: whole)
    assert clauses.main() == 0
