"""What each applicant means to do, and who is killed: all of it out of a seed."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any, Literal

Order = Literal["form first", "consent first", "at once"]
ORDERS: tuple[Order, ...] = ("form first", "form first", "consent first", "at once")
REAPPLY, PERSISTENT = 0.6, 0.1
"""Shares: of those who withdraw that apply again; of the refused who try again."""


@dataclass(frozen=True)
class Applicant:
    """One company: the count-th. ``withdraws`` and ``tries`` say after how many seconds."""

    count: int
    order: Order
    begins: float
    seed: int
    rival: bool
    withdraws: float | None
    reapplies: bool
    tries: tuple[float, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


@dataclass(frozen=True)
class Setting:
    """A trial. ``places`` is None for the edition's own number; ``latecomers`` apply when all others are done.

    ``withdraw`` is the share of companies that give up again if they are let in, ``rival`` of those that send two
    forms; they begin first, so that some are let in. Latecomers are as many as may give up or as there are places, so
    that all places are taken in the end.
    """

    name: str
    applications: int
    latecomers: int
    places: int | None = None
    ever: bool = False
    withdraw: float = 0.04
    rival: float = 0.1
    clients: int = 4
    connections: int = 64
    kills: tuple[str, ...] = ()
    pause: tuple[float, float] = (0.3, 2.5)
    lingers: float = 15.0


def applicants(setting: Setting, seed: int) -> tuple[list[Applicant], list[Applicant]]:
    """All who apply at once, and the latecomers, who neither withdraw nor give up."""
    dice = random.Random(seed)
    return (
        [_applicant(dice, count, setting) for count in range(1, setting.applications + 1)],
        [
            Applicant(
                setting.applications + count, dice.choice(ORDERS), 0.0, dice.getrandbits(32), False, None, False, ()
            )
            for count in range(1, setting.latecomers + 1)
        ],
    )


def _applicant(dice: random.Random, count: int, setting: Setting) -> Applicant:
    linger = setting.lingers
    withdraws = dice.uniform(0, linger) if dice.random() < setting.withdraw else None
    rival = dice.random() < setting.rival
    return Applicant(
        count=count,
        order=dice.choice(ORDERS),
        begins=0.0 if rival or withdraws is not None else dice.uniform(0, 0.5),
        seed=dice.getrandbits(32),
        rival=rival,
        withdraws=withdraws,
        reapplies=dice.random() < REAPPLY,
        tries=tuple(dice.uniform(0.2, linger / 2) for _ in range(3)) if dice.random() < PERSISTENT else (),
    )


def kills(setting: Setting, seed: int) -> list[tuple[float, str]]:
    """Whom to kill after which pause, in a seeded order that begins with intake."""
    dice = random.Random(seed + 1)
    order = list(setting.kills)
    dice.shuffle(order)
    if "intake" in order:
        order.remove("intake")
        order.insert(0, "intake")
    return [(dice.uniform(*setting.pause), name) for name in order]
