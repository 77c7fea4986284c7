"""How the facts of one kind of case are put to the rules of a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from madoguchi.checking.facts import Facts
from madoguchi.checking.found import Found
from policies.edition import Edition

E = TypeVar("E", bound=Edition)
Rule = Callable[[E, Facts], Found]
"""Edition and facts in, what the service's own rules say out. Raises BadFacts, Refused, ValidationError."""
Rules = Mapping[str, Rule[E]]
"""By ``about``."""
