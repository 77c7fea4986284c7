"""The judge of a course: one named check for each promise, on what was left behind and on what clients saw.

It shares no code with the services, the kernel or the published language. What holds for every log is in `logs` and
`delivery`, what the rulebook says in `money`, `places` and `letters`; the reception's places are judged by the judge of
the trials on real parts (`tests.chaos.judge`).
"""

from __future__ import annotations

from tests.chaos.judge.system.money import MONEY
from tests.chaos.judge.violations import Violation
from tests.simulation.judge.answers import ANSWERS
from tests.simulation.judge.delivery import DELIVERY
from tests.simulation.judge.evidence import Evidence
from tests.simulation.judge.letters import LETTERS
from tests.simulation.judge.logs import LOGS
from tests.simulation.judge.places import PLACES
from tests.simulation.judge.privacy import PRIVACY
from tests.simulation.judge.rest import REST

CHECKS = (*LOGS, *DELIVERY, *ANSWERS, *PLACES, *MONEY, *LETTERS, *PRIVACY, *REST)


def judge(evidence: Evidence) -> list[Violation]:
    """Everything that is wrong; empty for a system that kept its word."""
    return [violation for check in CHECKS for violation in check(evidence)]
