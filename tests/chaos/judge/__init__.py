"""The judge of a trial: reads what was left behind and says what is wrong with it.

It shares no code with the services, the kernel or the published language (a test looks): it knows the log's documents,
the topic's records and the mails as they lie there, and the rule as the rulebook has it.
"""

from __future__ import annotations

from tests.chaos.judge.answers import ANSWERS
from tests.chaos.judge.evidence import Evidence
from tests.chaos.judge.log import LOG
from tests.chaos.judge.outside import OUTSIDE
from tests.chaos.judge.places import PLACES
from tests.chaos.judge.replay import replay
from tests.chaos.judge.violations import Violation

CHECKS = (*LOG, *PLACES, *ANSWERS, *OUTSIDE)


def judge(evidence: Evidence) -> list[Violation]:
    """Everything that is wrong; empty for a system that kept its word."""
    story = replay(evidence)
    return [violation for check in CHECKS for violation in check(evidence, story)]
