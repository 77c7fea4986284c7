"""A limited service of the support (定数上限のある提供メニュー): how often it was granted in a fiscal year (C-LI-3)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused


class MenuOpened(Created, frozen=True, kw_only=True):
    """The first grant of a fiscal year."""

    TOPIC = "placement.menu_opened.v1"
    fiscal_year: int
    menu: str


class MenuGranted(Event, frozen=True, kw_only=True):
    """A company may use the service so many times more."""

    TOPIC = "placement.menu_granted.v1"
    application_id: str
    times: int

    def apply(self, menu: Menu) -> None:
        menu.granted = menu.granted | {self.application_id: menu.granted.get(self.application_id, 0) + self.times}


class Menu(Aggregate):
    """One limited service in one fiscal year. ``granted`` holds times by application."""

    TOPIC = "placement.menu"
    fiscal_year: int
    menu: str
    granted: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def stream(fiscal_year: int, menu: str) -> str:
        """The aggregate's id."""
        return f"menu-{fiscal_year}-{menu}"

    @classmethod
    def open(cls, fiscal_year: int, menu: str, *, at: datetime) -> Self:
        """A service that nobody was granted yet."""
        return cls.begin(MenuOpened, id=cls.stream(fiscal_year, menu), at=at, fiscal_year=fiscal_year, menu=menu)

    @property
    def total(self) -> int:
        """How often it was granted to all companies together."""
        return sum(self.granted.values())

    def grant(self, application_id: str, times: int, most: int, *, at: datetime) -> None:
        """Grant it. Refuses beyond ``most``, the edition's number for the fiscal year over all companies."""
        left = max(0, most - self.total)
        if times > left:
            ja = f"このメニューの年度の枠は残り{left}回です。回数を減らすか、別の支援をご検討ください。"
            en = f"{left} are left of this service's number for the fiscal year. Grant fewer, or another service."
            raise Refused("C-LI-3", ja, en, pointer="/times")
        self.record(MenuGranted, at=at, application_id=application_id, times=times)
