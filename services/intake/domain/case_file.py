"""What the other services do for an application, as far as it says how long its records are kept (保存).

It is kept apart from the application, whose version applicants and officers see: money and posts do not change a form.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from schemas.values import Programme, Yen


class FileOpened(Created, frozen=True, kw_only=True):
    """Something was begun or invoiced for the application."""

    TOPIC = "intake.file_opened.v1"
    application_id: str
    programme: Programme
    fiscal_year: int


class MatterStarted(Event, frozen=True, kw_only=True):
    """A secondment began, or a company was adopted; ``matter`` is the secondment's id, or ``support``."""

    TOPIC = "intake.matter_started.v1"
    matter: str

    def apply(self, file: CaseFile) -> None:
        file.running = (*file.running, self.matter)


class MatterEnded(Event, frozen=True, kw_only=True):
    """It is over since a day in Tokyo."""

    TOPIC = "intake.matter_ended.v1"
    matter: str
    ended_on: date

    def apply(self, file: CaseFile) -> None:
        file.running = tuple(each for each in file.running if each != self.matter)
        file.ended = {**file.ended, self.matter: self.ended_on}


class MoneyBooked(Event, frozen=True, kw_only=True):
    """An invoice, a payment or a return; ``balance`` is what is open of the invoice ``number`` since."""

    TOPIC = "intake.money_booked.v1"
    number: str
    booked_on: date
    balance: Yen

    def apply(self, file: CaseFile) -> None:
        file.balances = {**file.balances, self.number: self.balance}


class CaseFile(Aggregate):
    """The file (案件) of one application: what runs, what ended when, what is open of its invoices."""

    TOPIC = "intake.case_file"
    application_id: str
    programme: Programme
    fiscal_year: int
    running: tuple[str, ...] = ()
    ended: dict[str, date] = field(default_factory=dict)
    balances: dict[str, Yen] = field(default_factory=dict)

    @staticmethod
    def stream(application_id: str) -> str:
        """The aggregate's id."""
        return f"file-{application_id}"

    @classmethod
    def open(cls, application_id: str, programme: Programme, fiscal_year: int, *, at: datetime) -> Self:
        """Nothing has been done yet."""
        case = {"application_id": application_id, "programme": programme, "fiscal_year": fiscal_year}
        return cls.begin(FileOpened, id=cls.stream(application_id), at=at, **case)

    def start(self, matter: str, *, at: datetime) -> None:
        """It began; once."""
        if matter not in self.running and matter not in self.ended:
            self.record(MatterStarted, at=at, matter=matter)

    def end(self, matter: str, ended_on: date, *, at: datetime) -> None:
        """It is over; once, also where its beginning is heard of later."""
        if matter not in self.ended:
            self.record(MatterEnded, at=at, matter=matter, ended_on=ended_on)

    def book(self, number: str, booked_on: date, balance: Yen, *, at: datetime) -> None:
        """What is open of an invoice by now."""
        self.record(MoneyBooked, at=at, number=number, booked_on=booked_on, balance=balance)

    def take_off(self, number: str, booked_on: date, amount: Yen, *, at: datetime) -> None:
        """A return invoice gave an amount back from an invoice."""
        self.book(number, booked_on, self.balances.get(number, 0) - amount, at=at)
