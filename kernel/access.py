"""Who may come in. A `Gate` turns a request into a `Caller`; every route says which callers it `Admits`.

The kernel knows no business: roles and programmes are words of the routers and of the callers' tokens. An officer needs
the role that is named like the service, unless a route says otherwise. `operations.router` and the services' routers
declare, `http.install` sets the gate, and a test walks all routes for one that declares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends, FastAPI, Header, Request
from fastapi.routing import RouteContext, iter_route_contexts

from kernel.denials import not_for, other_programme
from kernel.speaking import NOBODY, SPEAKER

Kind = Literal["officer", "applicant", "form", "operator"]
OPERATIONS = "operations"
"""The role that `operator` routes ask for, whoever has it."""
OF_ANY_SERVICE = frozenset({"*"})
OFFICER_ID = r"^[a-z0-9-]+$"
PROGRAMME = "programme"
"""The name of the path's parameter, of the claim and of the field of read models that tell the programme."""


@dataclass(frozen=True)
class Caller:
    """Who calls, as proved by a token or a signature; not ``proved`` where a rehearsal trusts whoever is named.

    ``programmes``: those that the caller may deal with, None for all. An applicant's own applications are those in
    ``applications`` and those of the organisation with ``corporate_number``.
    """

    kind: Kind
    id: str
    roles: frozenset[str] = frozenset()
    programmes: frozenset[str] | None = None
    applications: frozenset[str] = frozenset()
    corporate_number: str | None = None
    proved: bool = True

    def of(self, programme: str) -> bool:
        """Whether the caller deals with that programme."""
        return self.programmes is None or programme in self.programmes

    def must_be_of(self, programme: str | None) -> None:
        """Guard for a case of that programme; None: of no programme. Raises `Forbidden`."""
        if programme is not None and not self.of(programme):
            raise other_programme()

    def within(self, where: Mapping[str, Any]) -> dict[str, Any]:
        """The query of a list, without what is of programmes that the caller does not deal with."""
        asked = where.get(PROGRAMME)
        if isinstance(asked, str):
            self.must_be_of(asked)
        elif self.programmes is not None:
            return {**where, PROGRAMME: {"$in": sorted(self.programmes)}}
        return dict(where)

    def owns(self, application_id: str, corporate_number: str | None) -> bool:
        """Whether an application, of the organisation with that number, is the applicant's own."""
        by_number = corporate_number is not None and corporate_number == self.corporate_number
        return by_number or application_id in self.applications


class Gate(Protocol):
    """Tells who calls. ``service`` is the name of the service that it stands before."""

    service: str

    async def caller(self, request: Request) -> Caller:
        """Who sent the request. Raises `Unauthenticated`, `TooMany`."""


class Trusting:
    """Believes whoever is named, for rehearsals on one machine and tests in memory: what it lets in is not proved."""

    def __init__(self, service: str = "") -> None:
        self.service = service

    async def caller(self, request: Request) -> Caller:
        """See `Gate.caller`."""
        return Caller("officer", "", proved=False)


class Admits:
    """Dependency of a route: which kinds of callers it is for, one of these being enough.

    ``roles``: one of them an officer must have; None for the service's own. ``programme``: that of all the route's
    cases, where the path does not name it.
    """

    def __init__(self, *kinds: Kind, roles: frozenset[str] | None = None, programme: str | None = None) -> None:
        self.kinds, self.roles, self.programme = kinds, roles, programme

    def of(self, programme: str) -> Admits:
        """The same for routes that are of one programme."""
        return Admits(*self.kinds, roles=self.roles, programme=programme)

    async def __call__(self, request: Request) -> None:
        """Let the caller in, or raise `Unauthenticated`, `Forbidden`, `TooMany`."""
        gate: Gate = request.app.state.gate
        caller = await gate.caller(request)
        if caller.proved:
            if not any(self._fits(kind, caller, gate.service) for kind in self.kinds):
                raise not_for(*self.whom(gate.service))
            caller.must_be_of(request.path_params.get(PROGRAMME, self.programme))
        request.state.caller = caller
        SPEAKER.set(None if not caller.proved else caller.id if caller.kind in ("officer", "operator") else NOBODY)

    def whom(self, service: str) -> tuple[str, str]:
        """For whom the route is, in Japanese and English."""
        told = {
            "officer": (f"役割 {self._named(service)} の担当者", f"officers with the role {self._named(service)}"),
            "applicant": ("申込者本人", "the applicant"),
            "form": ("申込フォーム", "the forms"),
            "operator": (f"役割 {OPERATIONS} の運用担当者", f"operators with the role {OPERATIONS}"),
        }
        chosen = [told[kind] for kind in self.kinds]
        return "、".join(ja for ja, _ in chosen), " or ".join(en for _, en in chosen)

    def _named(self, service: str) -> str:
        return " / ".join(sorted(self.roles)) if self.roles is not None else service

    def _fits(self, kind: Kind, caller: Caller, service: str) -> bool:
        if kind == "operator":
            return OPERATIONS in caller.roles
        if kind != caller.kind:
            return False
        wanted = self.roles if self.roles is not None else frozenset({service})
        return kind != "officer" or bool(wanted & caller.roles) or wanted == OF_ANY_SERVICE


officers = Admits("officer")
"""Officers with the service's own role."""
officers_of_any_service = Admits("officer", roles=OF_ANY_SERVICE)
operators = Admits("operator")
officers_or_operators = Admits("officer", "operator")
forms_or_applicants = Admits("form", "applicant")
applicants_or_officers = Admits("applicant", "officer", roles=OF_ANY_SERVICE)
forms_applicants_or_officers = Admits("form", "applicant", "officer")
anybody_known = Admits("form", "applicant", "officer", "operator", roles=OF_ANY_SERVICE)

OPEN = frozenset({"/health/live", "/health/ready"})
"""What anybody may ask: whether the process lives. The figures have a gate of their own (`kernel.scraping`)."""


async def caller_of(request: Request) -> Caller:
    """Dependency: who calls, on a route that declares whom it admits."""
    caller: Caller = request.state.caller
    return caller


Asking = Annotated[Caller, Depends(caller_of)]
Named = Annotated[
    str | None,
    Header(
        alias="X-Officer", max_length=64, pattern=OFFICER_ID, description="担当者ID（認証のない予行だけで使われます）"
    ),
]


async def officer_asking(caller: Asking, x_officer: Named = None) -> str | None:
    """Dependency: the id of the officer who asks, out of the token; who is named, where a rehearsal trusts that."""
    return caller.id if caller.proved else x_officer


Officer = Annotated[str | None, Depends(officer_asking)]
"""Who reads; wanted where only certain officers may."""


def declarations(app: FastAPI) -> Iterator[tuple[RouteContext, Admits | None]]:
    """Every route of an application that runs code of ours, with what it declares."""
    for route in iter_route_contexts(app.routes):
        dependencies = getattr(route, "dependencies", None)
        if dependencies is None:
            continue  # the framework's own pages and redirections: they run no code of ours
        declared = [each.dependency for each in dependencies if isinstance(each.dependency, Admits)]
        yield route, declared[0] if declared else None
