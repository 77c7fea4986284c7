"""The coordinator (高度外国人材活躍推進コーディネーター): how many companies one accompanies at a time (C-PL-1)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused


class CoordinatorRegistered(Created, frozen=True, kw_only=True):
    """The edition names this coordinator; ``most`` companies at a time, as it was on that day."""

    TOPIC = "placement.coordinator_registered.v1"
    fiscal_year: int
    coordinator_id: str
    most: int


class CompanyTaken(Event, frozen=True, kw_only=True):
    """The coordinator accompanies one company more."""

    TOPIC = "placement.company_taken.v1"
    application_id: str

    def apply(self, coordinator: Coordinator) -> None:
        coordinator.companies = (*coordinator.companies, self.application_id)


class CompanyLeft(Event, frozen=True, kw_only=True):
    """A company is no longer accompanied: its support ended, or another coordinator took over."""

    TOPIC = "placement.company_left.v1"
    application_id: str

    def apply(self, coordinator: Coordinator) -> None:
        coordinator.companies = tuple(each for each in coordinator.companies if each != self.application_id)


class Coordinator(Aggregate):
    """A coordinator's load in one fiscal year."""

    TOPIC = "placement.coordinator"
    fiscal_year: int
    coordinator_id: str
    most: int
    companies: tuple[str, ...] = ()

    @staticmethod
    def stream(fiscal_year: int, coordinator_id: str) -> str:
        """The aggregate's id."""
        return f"coordinator-{fiscal_year}-{coordinator_id}"

    @classmethod
    def register(cls, fiscal_year: int, coordinator_id: str, most: int, *, at: datetime) -> Self:
        """A coordinator as the edition has it."""
        fields = {"fiscal_year": fiscal_year, "coordinator_id": coordinator_id, "most": most}
        return cls.begin(CoordinatorRegistered, id=cls.stream(fiscal_year, coordinator_id), at=at, **fields)

    def take(self, application_id: str, most: int, *, at: datetime) -> None:
        """Accompany a company. Refuses one more than ``most``, which the edition says for that day."""
        if application_id in self.companies:
            return
        if len(self.companies) >= most:
            ja = "このコーディネーターの担当件数は上限に達しています。別のコーディネーターを選んでください。"
            raise Refused("C-PL-1", ja, "This coordinator has as many companies as can be. Choose another.")
        self.record(CompanyTaken, at=at, application_id=application_id)

    def leave(self, application_id: str, *, at: datetime) -> None:
        """Accompany the company no more."""
        if application_id in self.companies:
            self.record(CompanyLeft, at=at, application_id=application_id)
