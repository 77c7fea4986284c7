"""What is heard of a company before its adoption: kept until there is a support that it belongs to."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from schemas.values import Party
from services.placement.domain.support_events import Needs


class CompanyNewsOpened(Created, frozen=True, kw_only=True):
    """The first that is heard of the company."""

    TOPIC = "placement.company_news_opened.v1"
    application_id: str


class CompanyFactsHeard(Event, frozen=True, kw_only=True):
    """Changed facts came before the adoption (C-IN-7)."""

    TOPIC = "placement.company_facts_heard.v1"
    revision: int
    party: Party
    needs: Needs

    def apply(self, news: CompanyNews) -> None:
        news.revision, news.party, news.needs = self.revision, self.party, self.needs


class CompanyDisclosureHeard(Event, frozen=True, kw_only=True):
    """An entry of the register of disclosures came before the adoption (C-CO-1)."""

    TOPIC = "placement.company_disclosure_heard.v1"
    number: int
    on: date

    def apply(self, news: CompanyNews) -> None:
        news.disclosures = news.disclosures | {self.number: self.on}


class CompanyNewsTaken(Event, frozen=True, kw_only=True):
    """The support took it over. Recorded with it, so that nothing can be heard here at the same moment."""

    TOPIC = "placement.company_news_taken.v1"

    def apply(self, news: CompanyNews) -> None:
        news.taken = True


class CompanyNews(Aggregate):
    """The newest facts and the disclosures of one company that has no support yet."""

    TOPIC = "placement.company_news"
    application_id: str
    revision: int = 0
    party: Party | None = None
    needs: Needs | None = None
    disclosures: dict[int, date] = field(default_factory=dict)
    taken: bool = False

    @staticmethod
    def stream(application_id: str) -> str:
        """The aggregate's id."""
        return f"company-news-{application_id}"

    @classmethod
    def open(cls, application_id: str, *, at: datetime) -> Self:
        """Nothing was heard yet."""
        return cls.begin(CompanyNewsOpened, id=cls.stream(application_id), at=at, application_id=application_id)

    def hear_facts(self, party: Party, needs: Needs, revision: int, *, at: datetime) -> None:
        """Changed facts; an older revision changes nothing (C-IN-7)."""
        if revision > self.revision:
            self.record(CompanyFactsHeard, at=at, revision=revision, party=party, needs=needs)

    def hear_disclosure(self, number: int, on: date, *, at: datetime) -> None:
        """An entry of the register, once (C-CO-1)."""
        if number not in self.disclosures:
            self.record(CompanyDisclosureHeard, at=at, number=number, on=on)

    def take(self, *, at: datetime) -> None:
        """The support takes it over."""
        self.record(CompanyNewsTaken, at=at)
