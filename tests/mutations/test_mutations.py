"""Ten clauses and more are proved at every run of the tests: their rule is taken out, and a test of theirs goes red."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.rulebook import rulebook
from tests.mutations.__main__ import fates
from tests.mutations.declared import PROVED, Mutation, declared
from tests.mutations.running import Copy, NotFit, fit, killers

BILLED_ONCE = Mutation("S-BI-8", "services/billing/domain/receivable.py", "no such text", "")


@pytest.mark.timeout(300)
def test_a_rule_taken_out_turns_a_test_of_its_clause_red(tmp_path: Path) -> None:
    first = {each.clause: each for each in reversed(declared())}
    found = fates([first[clause] for clause in PROVED], tmp_path)
    assert len({fate.mutation.clause for fate in found}) >= 10
    survived = {fate.mutation.clause: fate.told[-500:] for fate in found if fate.killed_by is None}
    assert not survived


@pytest.mark.parametrize("mutation", declared(), ids=lambda each: f"{each.clause} {Path(each.file).name}")
def test_every_declared_mutation_still_says_something(mutation: Mutation) -> None:
    assert fit(mutation)
    assert killers(mutation)


def test_what_no_longer_stands_in_the_code_is_refused() -> None:
    with pytest.raises(NotFit, match="stands 0 times"):
        fit(BILLED_ONCE)


def test_what_changes_nothing_is_refused() -> None:
    same = declared()[0]
    with pytest.raises(NotFit, match="changes nothing"):
        fit(Mutation(same.clause, same.file, same.text, same.text))


def test_a_mutant_that_changes_no_behaviour_is_reported_alive(tmp_path: Path) -> None:
    harmless = Mutation(
        "S-SC-6", "services/screening/policy/person.py", '",".join(undeclared)', '",".join([*undeclared])'
    )
    assert Copy(tmp_path / "copy").fate(harmless).killed_by is None


def test_every_claimed_clause_of_the_secondment_has_a_mutation() -> None:
    of_secondment = {clause for clause, said in rulebook().items() if clause[0] in "SG" and said.claimed}
    assert of_secondment <= {each.clause for each in declared()}
