"""Placement: who gets which place, by a published rule, with a proof and with reasons.

The package computes and nothing else: no I/O, clock, identifiers or randomness. It knows seekers, places,
periods, priority classes and ranks, and no programme: a secondment looks for sites over fiscal years, an
adopted company for a coordinator in one period with a load that is a capacity.

    order = lottery(ids, seed)              # S-PL-5; the seed is recorded before the round is run
    priority = classes(requests, earlier, "all_years")                                    # S-PL-3, S-PL-4
    problem = Problem(places, seekers, incumbents)                                        # S-PL-1, S-PL-6
    result = solve(problem, order)          # a proposal; result.proof is "exact" or "gap"
    certificate = verify(problem, result, seed=seed)    # independent of solve; .proved, .refuted
    reasons = explain(problem, result)      # S-PL-9: codes and counts, per seeker
    reasons = with_margins(problem, result, reasons)    # and whether one more place there would have done
    untruths(problem, result, reasons)      # what of that does not hold: nothing
    after = reoffer(problem, standing, order, refused)                                    # S-PL-8

Rooms, in reading order: `model` (the data), `faults` (bad input), `lottery`, `classes`, `reduction` (claims
that cannot bind), `matching` and `tiebreak` (single places, exact), `most`, `fairness`, `chain` and `bundles` (the
rest, by integer programmes), `solver`; `ledger`, the four `proof_…`, `certificate` and `verify` share nothing
with those but the data; `margins` and `explain`, `truth` which checks them; `reoffer`; `again`
which explains it. Decisions 0010 to 0012 tell why.

The rule is not strategy-proof: a seeker may gain by not stating its true wishes. Nothing may say otherwise.
"""

from services.placement.engine.again import explain_again
from services.placement.engine.certificate import Certificate, Check, Verdict
from services.placement.engine.classes import Reading, Request, classes
from services.placement.engine.explain import Code, Explanation, NotExplainableError, explain
from services.placement.engine.faults import Fault, UnsoundProblemError, free_places
from services.placement.engine.lottery import lottery
from services.placement.engine.margins import with_margins
from services.placement.engine.model import (
    Aim,
    Gap,
    Option,
    Period,
    Place,
    Prices,
    Problem,
    Result,
    Seeker,
    Signature,
    Slot,
    signature_of,
)
from services.placement.engine.reoffer import Reoffer, reoffer
from services.placement.engine.solver import solve
from services.placement.engine.truth import Untruth, untruths, untruths_again
from services.placement.engine.verify import verify

__all__ = [
    "Aim",
    "Certificate",
    "Check",
    "Code",
    "Explanation",
    "Fault",
    "Gap",
    "NotExplainableError",
    "Option",
    "Period",
    "Place",
    "Prices",
    "Problem",
    "Reading",
    "Reoffer",
    "Request",
    "Result",
    "Seeker",
    "Signature",
    "Slot",
    "UnsoundProblemError",
    "Untruth",
    "Verdict",
    "classes",
    "explain",
    "explain_again",
    "free_places",
    "lottery",
    "reoffer",
    "signature_of",
    "solve",
    "untruths",
    "untruths_again",
    "verify",
    "with_margins",
]
