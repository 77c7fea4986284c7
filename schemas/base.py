"""What every published event is."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from schemas.values import Programme

REGISTRY: dict[str, type[Published]] = {}
"""Every published event by name."""


class Published(BaseModel):
    """A published event: its name is the class's, its data the fields. Changes are additive, or a new version.

    ``application_id`` is the key on the topic: everything about one application keeps its order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAME: ClassVar[str]
    VERSION: ClassVar[int] = 1
    TOPIC: ClassVar[str]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)  # type: ignore[arg-type]  # pydantic's own configuration
        if hasattr(cls, "TOPIC"):
            cls.NAME = cls.__name__
            REGISTRY[cls.NAME] = cls

    @property
    def key(self) -> str:
        """The aggregate that the event is about."""
        raise NotImplementedError


class OfCase(Published):
    """An event about one application (案件) of a programme's fiscal year."""

    programme: Programme
    fiscal_year: int
    application_id: str

    @property
    def key(self) -> str:
        """The application."""
        return self.application_id


class OfSecondmentCase(OfCase):
    """An event that only the secondments (出向者受入制度) have."""

    programme: Literal["secondment"]


class OfSupportCase(OfCase):
    """An event that only the support (伴走型支援) has."""

    programme: Literal["support"]


class OfProgramme(Published):
    """An event about a programme's fiscal year as a whole."""

    programme: Programme
    fiscal_year: int

    @property
    def key(self) -> str:
        """Programme and fiscal year."""
        return f"{self.programme}-{self.fiscal_year}"
