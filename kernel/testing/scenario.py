"""Given these events, when this command, then those events (or a refusal): the tests of aggregates read like this.

Whatever is given and whatever follows goes through its stored form, so each test also proves that the events survive
storage and that their replay leads to the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kernel.aggregate import Aggregate, AnyEvent
from kernel.log import StoredEvent
from kernel.mapper import restore, store
from kernel.refusals import Refused
from kernel.testing.happenings import Happening, difference, listed, matches, readable, shown


def given(*events: Happening | AnyEvent, of: type[Aggregate] | None = None, id: str = "it") -> Scenario:
    """An aggregate of the class ``of`` to which this has happened; without events, none yet."""
    made = [
        each.made(of, id, version) if isinstance(each, Happening) else each for version, each in enumerate(events, 1)
    ]
    return Scenario([store(each) for each in made])


class Scenario:
    """Reads as a sentence: ``given(...).when(...).then(...)``; another `when` may follow.

    ``aggregate`` is there to look at, ``events`` is what the last command led to, ``answer`` what it returned.
    """

    def __init__(self, history: Sequence[StoredEvent]) -> None:
        self._history = list(history)
        self.aggregate = replayed(self._history)
        self.events: list[AnyEvent] = []
        self.refusal: Refused | None = None
        self.answer: Any = None

    def when(self, command: Callable[..., Any], *arguments: Any, **named: Any) -> Scenario:
        """Give the command: a method of the aggregate's class (`Invoice.issue`), or one that makes the aggregate."""
        self.refusal = self.answer = None
        before = state(self.aggregate)
        target = () if self.aggregate is None else (self.aggregate,)
        try:
            self.answer = command(*target, *arguments, **named)
        except Refused as refusal:
            self.refusal = refusal
            if state(self.aggregate) != before:
                raise AssertionError("the command refused after it had changed the aggregate: guards first") from None
        if self.aggregate is None and isinstance(self.answer, Aggregate):
            self.aggregate = self.answer
        self._collect()
        return self

    def then(self, *expected: Happening) -> Scenario:
        """Exactly these events followed; none, if none are named."""
        __tracebackhide__ = True
        if self.refusal is not None:
            raise AssertionError(f"refused under {self.refusal}\nexpected:\n{listed(expected)}")
        pairs = zip(self.events, expected, strict=False)
        if len(self.events) != len(expected) or not all(matches(was, wanted) for was, wanted in pairs):
            raise AssertionError(difference(self.events, expected))
        return self

    def refused(self, clause: str, *, pointer: str | None = None) -> Scenario:
        """The command was refused under that clause (at that place of the request), and nothing happened."""
        __tracebackhide__ = True
        if self.refusal is None:
            raise AssertionError(f"not refused under {clause}; what happened:\n{listed(self.events)}")
        if self.refusal.clause != clause or (pointer is not None and self.refusal.pointer != pointer):
            raise AssertionError(f"refused, but under {self.refusal} (at {self.refusal.pointer})")
        return self

    def leaves(self, **fields: Any) -> Scenario:
        """The aggregate now shows these values."""
        __tracebackhide__ = True
        now = {name: shown(getattr(self.aggregate, name)) for name in fields}
        wrong = [f"{name}: expected {shown(value)}, is {now[name]}" for name, value in fields.items()
                 if now[name] != shown(value)]  # fmt: skip
        if wrong:
            raise AssertionError("\n".join(wrong))
        return self

    def _collect(self) -> None:
        pending: Any = self.aggregate.collect_events() if self.aggregate is not None else ()
        made = [store(each) for each in pending]
        self._history += made
        self.events = [restore(each) for each in made]
        if state(replayed(self._history)) != state(self.aggregate):
            raise AssertionError("the replay of the stored events does not lead to the same state")


def replayed(stored: Sequence[StoredEvent]) -> Aggregate | None:
    """The aggregate that stored events lead to; None without events."""
    aggregate: Aggregate | None = None
    for each in stored:
        aggregate = restore(each).mutate(aggregate)
    return aggregate


def state(aggregate: Aggregate | None) -> dict[str, Any]:
    """All that an aggregate holds, sealed texts readable, without what is pending."""
    held = vars(aggregate) if aggregate is not None else {}
    return {name: readable(value) for name, value in held.items() if name != "_pending_events"}
