"""The preparation (赴任準備) for the post overseas: the guide's checklist, item by item (S-LI-4)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Literal, Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from services.placement.domain.days import not_ahead
from services.placement.domain.values import CaseOf

State = Literal["open", "done", "not_needed"]
"""未了, 済み, 不要."""


class Ticked(msgspec.Struct, frozen=True):
    """Where an item of the checklist stands, and since when."""

    state: State
    on: date


class PreparationOpened(Created, frozen=True, kw_only=True):
    """The first item is ticked."""

    TOPIC = "placement.preparation_opened.v1"
    case: CaseOf


class ItemTicked(Event, frozen=True, kw_only=True):
    """An item is done, not needed, or open again; ``acts`` is who has to act on it by the edition."""

    TOPIC = "placement.preparation_item_ticked.v1"
    item: str
    acts: str
    ticked: Ticked
    by: str

    def apply(self, preparation: Preparation) -> None:
        preparation.items = preparation.items | {self.item: self.ticked}


class Preparation(Aggregate):
    """How far one secondee's preparation is. Items nobody has spoken of are open."""

    TOPIC = "placement.preparation"
    case: CaseOf
    items: dict[str, Ticked] = field(default_factory=dict)

    @staticmethod
    def stream(secondment_id: str) -> str:
        """The aggregate's id."""
        return f"preparation-{secondment_id}"

    @classmethod
    def begin_for(cls, case: CaseOf, *, at: datetime) -> Self:
        """Before the first item."""
        return cls.begin(PreparationOpened, id=cls.stream(case.secondment_id), at=at, case=case)

    def tick(self, item: str, ticked: Ticked, by: str, *, acts: str, required: bool, at: datetime) -> None:
        """Note where an item stands. What bars the departure cannot be called needless here (S-LI-4)."""
        if required and ticked.state == "not_needed":
            ja = "渡航に必須の事項です。不要とはできません。済んだ日を記録してください。"
            raise Refused("S-LI-4", ja, "The departure needs this item. Record the day it was done.", pointer="/state")
        not_ahead(ticked.on, at)
        if self.items.get(item) != ticked:
            self.record(ItemTicked, at=at, item=item, acts=acts, ticked=ticked, by=by)

    def done_on(self, item: str) -> date | None:
        """The day on which an item was done; None while it is not."""
        known = self.items.get(item)
        return known.on if known is not None and known.state == "done" else None
