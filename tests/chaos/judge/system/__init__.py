"""The judge of the whole system: one named check for each promise, on what was left behind and what clients saw.

Like the judge of the reception it shares no code with the services, the kernel or the published language.
"""

from __future__ import annotations

from tests.chaos.judge.system.answers import ANSWERS
from tests.chaos.judge.system.delivery import DELIVERY
from tests.chaos.judge.system.evidence import Evidence
from tests.chaos.judge.system.letters import LETTERS
from tests.chaos.judge.system.logs import LOGS
from tests.chaos.judge.system.money import MONEY
from tests.chaos.judge.system.places import PLACES
from tests.chaos.judge.system.rest import REST
from tests.chaos.judge.violations import Violation

CHECKS = (*LOGS, *DELIVERY, *ANSWERS, *PLACES, *MONEY, *LETTERS, *REST)


def judge(evidence: Evidence) -> list[Violation]:
    """Everything that is wrong; empty for a system that kept its word."""
    return [violation for check in CHECKS for violation in check(evidence)]
