"""The state of one company's support, and what its commands ask first."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from services.placement.domain.service_events import ServiceUse
from services.placement.domain.support_events import Needs, OfSupport, Stage, SupportCase, Survey, Visit


class SupportState(Aggregate):
    """What is known of a support. ``state``: prepared, waiting (for a coordinator), assigned, running, ended.

    ``late``: adopted after the programme's last day, waiting for an officer.
    """

    case: SupportCase
    needs: Needs
    adopted_on: date
    edition: str
    state: str = "prepared"
    coordinator_id: str | None = None
    stage: Stage | None = None
    started_on: date | None = None
    until: date | None = None
    surveys: tuple[Survey, ...] = ()
    asked: tuple[str, ...] = ()
    contacts: int = 0
    visits: dict[str, Visit] = field(default_factory=dict)
    menus: dict[str, int] = field(default_factory=dict)
    services: dict[str, ServiceUse] = field(default_factory=dict)
    reviews: tuple[date, ...] = ()
    answered: tuple[str, ...] = ()
    disclosures: dict[int, date] = field(default_factory=dict)
    referred: tuple[int, ...] = ()
    revision: int = 0

    @property
    def _begun_on(self) -> date:
        return self.started_on or self.adopted_on

    def _tell(self, event: type[OfSupport], *, at: datetime, **fields: Any) -> None:
        self.record(event, at=at, case=self.case, **fields)

    def _running(self) -> None:
        if self.state != "running":
            ja = "支援が始まっていないか、終了しています。先にキックオフを記録してください。"
            raise Refused("C-LI-1", ja, "The support has not been kicked off, or is over.")

    def _not_ended(self) -> None:
        if self.state == "ended":
            ja = "この支援は終了しています。"
            raise Refused("C-LI-6", ja, "The support is over.")

    def _c_li_3_since_kick_off(self, on: date) -> None:
        if on < self._begun_on:
            ja = "支援の開始日（キックオフの日）より前です。日付をご確認ください。"
            raise Refused("C-LI-3", ja, "That day lies before kick-off. Check the day.", pointer="/on")
