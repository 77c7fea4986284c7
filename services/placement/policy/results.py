"""What a run means for each secondment: places, decisions with their clauses (S-PL-3…6), reasons (S-PL-9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, ExplainedWish, Stay, day_in_tokyo
from services.placement.domain.values import Assigned, Checked, Run
from services.placement.engine import (
    Certificate,
    Explanation,
    NotExplainableError,
    Option,
    Problem,
    Reoffer,
    Result,
    explain,
    explain_again,
    untruths,
    untruths_again,
    with_margins,
)
from services.placement.policy.decisions import decided
from services.placement.policy.rounds import Asked, Posed
from services.placement.policy.wishes import wished_stays

Reasons = Mapping[str, tuple[Explanation, ...]]


def s_pl_9_reasons(problem: Problem, result: Result) -> tuple[Reasons, Checked]:
    """Why nobody has better, and what a checker of its own finds of that."""
    reasons = with_margins(problem, result, explain(problem, result))
    wrong = untruths(problem, result, reasons)
    detail = "; ".join(f"{each.seeker}, rank {each.rank}: {each.why}" for each in wrong)
    weighed = all(each.one_more is not None for told in reasons.values() for each in told if each.counts)
    note = "" if weighed else "whether one more place would have done was not worked out"
    return reasons, Checked("explanations", "S-PL-9", "failed" if wrong else "passed", detail or note)


def s_pl_5_published(seed: str, published: str) -> Checked:
    """Whether the lottery was drawn from the seed that was published before the wishes were known."""
    known = seed == published
    return Checked("seed", "S-PL-5", "passed" if known else "not_proved", "" if known else "seed not as published")


def as_run(result: Result, certificate: Certificate, seed: str, edition: str, *found: Checked) -> Run:
    """A run with its certificate as it is kept, and with what else was found: of its seed, of the reasons told."""
    checks = [Checked(c.name, c.clause, c.verdict, c.detail) for c in certificate.checks]
    return Run(
        signature=result.signature,
        order=result.order,
        proof=result.proof,
        checks=(*checks, *found),
        seed=seed,
        edition=edition,
    )


def assigned(
    edition: SecondmentEdition, posed: Posed, result: Result, reasons: Reasons, *, at: datetime
) -> tuple[Assigned, ...]:
    """What each requested secondment gets, why not better, and by which clauses; in order of the lottery's names."""
    read = [edition.value(f"tiebreak.{name}", day_in_tokyo(at)) for name in ("priority_scope", "rule")]
    made = []
    for name, asked in sorted(posed.asked.items()):
        option = result.assignment[name]
        told = s_pl_9_explained(reasons[name])
        made.append(
            Assigned(
                seeker=name,
                secondment_id=asked.secondment_id,
                application_id=asked.candidate.application_id,
                number=asked.request.number,
                stays=stays_at(edition, asked, option),
                rank=option.rank if option else None,
                explanation=told,
                decisions=_decisions(edition, posed, result, name, told, read, at),
            )
        )
    return tuple(made)


def stays_at(edition: SecondmentEdition, asked: Asked, option: Option | None) -> tuple[Stay, ...]:
    """The stays of the wish that an option stands for."""
    if option is None:
        return ()
    wish = next(each for each in asked.request.wishes if each.rank == option.rank)
    return wished_stays(edition, asked.request, wish)


def s_pl_9_explained(reasons: Sequence[Explanation]) -> tuple[ExplainedWish, ...]:
    """Reasons in the published form: codes and counts, one entry for each code of a wish, the hurdle that decided last.

    Only counts leave the engine; who stood in the way stays there. Of one more place only the last entry speaks, and
    only where it would have done.
    """
    told: list[ExplainedWish] = []
    for reason in reasons:
        counts = dict(reason.counts) or {reason.code: 0}
        for code in sorted(counts, key=lambda each: each == reason.code):
            site = reason.slot[0] if reason.slot else reason.option.place
            more = True if reason.one_more and code == reason.code else None
            wish = ExplainedWish(rank=reason.option.rank, site=site, code=code, count=counts[code], one_more_place=more)
            told.append(wish)
    return tuple(told)


def told_by_hand(
    asked: Asked, told: Sequence[ExplainedWish], had: int | None, rank: int | None
) -> tuple[ExplainedWish, ...]:
    """The reasons after a change by hand: those that still rank above, and ``changed_by_hand`` from what it had on."""
    above = [wish for wish in asked.request.wishes if rank is None or wish.rank < rank]
    kept = [each for each in told if rank is None or each.rank < rank]
    explained = {each.rank for each in kept}
    lost = [
        ExplainedWish(rank=wish.rank, site=wish.overseas or wish.domestic, code="changed_by_hand", count=0)
        for wish in above
        if wish.rank not in explained and had is not None and wish.rank >= had
    ]
    return tuple(sorted([*kept, *lost], key=lambda each: each.rank))


def told_again(
    posed: Posed,
    again: Reoffer,
    names: Collection[str],
    refused: Mapping[str, Collection[int]],
    by_hand: Collection[str] = (),
) -> tuple[dict[str, tuple[ExplainedWish, ...]], Checked]:
    """The reasons of offers made after a decline (S-PL-8, S-PL-9), and what a checker of its own finds of them.

    Places are held by whom they are held: nobody is moved, and each holder is counted for what it is. Wishes that a
    sender declined are not explained to it again.
    """
    seekers = [
        replace(each, options=tuple(o for o in each.options if o.rank not in refused.get(each.id, ())))
        for each in posed.problem.seekers
    ]
    problem = replace(posed.problem, seekers=tuple(seekers))
    try:
        reasons = explain_again(problem, again, names, by_hand)
    except NotExplainableError as unexplained:
        return {}, Checked("explanations", "S-PL-9", "failed", str(unexplained))
    wrong = untruths_again(problem, again, reasons, by_hand)
    detail = "; ".join(f"{each.seeker}, rank {each.rank}: {each.why}" for each in wrong)
    told = {name: s_pl_9_explained(each) for name, each in reasons.items()}
    return told, Checked("explanations", "S-PL-9", "failed" if wrong else "passed", detail)


def _decisions(
    edition: SecondmentEdition,
    posed: Posed,
    result: Result,
    name: str,
    told: Sequence[ExplainedWish],
    read: Sequence[Read],
    at: datetime,
) -> tuple[Decision, ...]:
    seeker, option = posed.seeker(name), result.assignment[name]
    before = posed.asked[name].candidate.placed_before
    facts: dict[str, Mapping[str, object]] = {
        "S-PL-4": {"class": seeker.priority, "placed_before": before, "request": posed.asked[name].request.number},
        "S-PL-3": {"rank": option.rank if option else None, "site": option.place if option else None},
    }
    if any(wish.code == "lost_tie_break" for wish in told):
        facts["S-PL-5"] = {"lottery_position": result.order.index(name) + 1, "of": len(result.order)}
    if option and len(option.claims) > 1:
        facts["S-PL-6"] = {"places": [f"{site} {year}" for site, year in option.claims]}
    outcome = {"S-PL-3": "passed" if option else "refused"}
    return tuple(
        decided(
            clause,
            "refused" if outcome.get(clause) == "refused" else "passed",
            edition=edition.id,
            at=at,
            facts=dict(seen),
            read=[each for each in read if each.clause == clause],
        )
        for clause, seen in facts.items()
    )
