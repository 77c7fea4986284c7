"""What can be read of intake: an applicant's own state, officers' work lists, the reception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import Any

from kernel.mapper import restore
from kernel.projections import Document
from kernel.service import Kernel
from schemas.values import Party, Programme, SecondmentForm, SupportForm
from services.intake.app.desk import Desk
from services.intake.app.said import APPLICANT
from services.intake.domain import Application, Organisation
from services.intake.domain.application_events import Amended, FormArrived
from services.intake.domain.organisation_events import cycle
from services.intake.policy.spelling import may_be_one

PERSONAL = ("name", "kana", "person", "email", "address")
FACTS = (
    "legal_form", "industry", "employees", "website", "prefecture", "field", "languages", "stage", "earlier_years",
)  # fmt: skip
KNOWN = ("invited", "applications", "placed", "apart", "merged_into")


class Queries:
    """Reads; sealed values that intake may open are opened here, at the edge."""

    def __init__(self, kernel: Kernel, desk: Desk) -> None:
        self._kernel, self._desk = kernel, desk

    async def state(self, application: Application) -> dict[str, Any]:
        """An application as its sender may see it, as of its last commit."""
        return {
            "id": application.id,
            "programme": application.programme,
            "fiscal_year": application.fiscal_year,
            "status": application.status,
            "receipt_number": application.receipt_number,
            "received_at": application.received_at.isoformat(),
            "revision": application.revision,
            "version": application.version,
            "edition": application.edition,
            "party": await self._party(application.party),
            "form": _form(application.secondment, application.support),
            "secondees_named": sorted(application.secondees),
            "papers": [
                {"id": p[0], "secondment_id": p[1], "kind": p[2], "form": p[3], "sha256": p[4], "arrived_on": p[5]}
                | ({"returned": application.returned[p[0]]} if p[0] in application.returned else {})
                for p in application.papers
            ],
            "decisions": [
                {"clause": d.clause, "outcome": d.outcome, "at": d.at, "facts": d.facts, "edition": d.edition}
                for d in application.decisions
            ],
        }

    async def versions(self, application: Application) -> dict[str, Any]:
        """Every version of its form, the oldest first (S-IN-6): when, by whom, what it said. The last one counts."""
        found = (await self._kernel.repository.log.streams([application.id]))[application.id]
        events = map(restore, found)
        items = [await self._version(event) for event in events if isinstance(event, FormArrived | Amended)]
        return {"items": items, "total": len(items), "page": 1}

    async def _version(self, event: FormArrived | Amended) -> dict[str, Any]:
        if isinstance(event, FormArrived):
            revision, by, status = 1, APPLICANT.by, event.status
        else:
            revision, by, status = event.revision, event.by, event.now
        return {
            "revision": revision,
            "version": event.originator_version,
            "at": event.timestamp.isoformat(),
            "by": by,
            "status": status,
            "placed_before": event.placed_before,
            "party": await self._party(event.party),
            "form": _form(event.secondment, event.support),
        }

    async def _party(self, party: Party) -> dict[str, Any]:
        opened = await self._kernel.vault.shown([getattr(party, name) for name in PERSONAL])
        known = {"kind": party.kind, "corporate_number": party.corporate_number}
        return {"organisation_id": party.organisation_id, **known, **dict(zip(PERSONAL, opened, strict=True))}

    async def work_list(
        self,
        programme: Programme,
        fiscal_year: int,
        only: Mapping[str, str | bool | None],
        closed: AbstractSet[str],
        *,
        sort: str,
        page: int,
        size: int,
    ) -> dict[str, Any]:
        """The applications of a cycle; ``only`` those whose fields have these values (None: any).

        Of ``closed`` ones papers and silence are not shown, nor can they be looked for by it (C-SC-16).
        """
        where: dict[str, Any] = {"programme": programme, "fiscal_year": fiscal_year}
        where |= {name: value for name, value in only.items() if value is not None}
        if only.get("silent") is not None and closed:
            where["_id"] = {"$nin": sorted(closed)}
        items, total = await self._kernel.views.page("applications", where, sort=sort, page=page, size=size)
        shown = await self._opened(items, ("name",))
        items = [_without(item, ("papers", "silent")) if item["id"] in closed else item for item in shown]
        return {"items": items, "total": total, "page": page}

    async def waiting_consents(self, fiscal_year: int, *, page: int, size: int) -> dict[str, Any]:
        """The consents whose registration has not come yet, the oldest first (C-IN-1)."""
        where = {"fiscal_year": fiscal_year, "waits": True}
        items, total = await self._kernel.views.page("consents", where, sort="arrived_on", page=page, size=size)
        return {"items": await self._opened(items, ()), "total": total, "page": page}

    async def unanswered(self, programme: Programme, fiscal_year: int) -> dict[str, Any]:
        """The invited organisations that have not answered, with or without a wish (S-IN-2)."""
        answers = await self._kernel.views.all("answers", {"cycle": cycle(programme, fiscal_year)})
        known = {d["_id"]: d for d in await self._kernel.views.all("organisations")}
        done = {_itself(known, answer["organisation_id"]) for answer in answers if answer["answered"]}
        asked = {_itself(known, answer["organisation_id"]) for answer in answers if answer["invited"]}
        items = [known[id] for id in sorted(asked - done) if id in known]
        return {"items": await self._opened(items, ("name", "person", "email")), "total": len(items), "page": 1}

    async def organisations(self, within: AbstractSet[str] | None, *, page: int, size: int) -> dict[str, Any]:
        """The register; ``within``: no others than these (None: all)."""
        where = {} if within is None else {"_id": {"$in": sorted(within)}}
        items, total = await self._kernel.views.page("organisations", where, page=page, size=size)
        return {"items": await self._opened(items, ("name",)), "total": total, "page": page}

    async def organisation(self, organisation_id: str) -> dict[str, Any]:
        """An organisation as of its last commit. Raises `NotFound`."""
        one = await self._kernel.repository.get(Organisation, organisation_id)
        shown = {name: getattr(one, name) for name in KNOWN}
        party = await self._party(one.party)
        return {"id": one.id, "version": one.version, "party": party, "absorbed": sorted(one.absorbed), **shown}

    async def suspected(self, within: AbstractSet[str] | None) -> dict[str, Any]:
        """Pairs that may be one sender under two spellings (S-IN-7) and that no officer has judged.

        ``within``: both among these (None: all).
        """
        alike = [d for name in ("names", "readings") for d in await self._kernel.views.all(name, {"several": True})]
        ids = sorted({id for document in alike for id in document["organisations"]})
        found = await self._kernel.views.all("organisations", {"_id": {"$in": ids}}) if ids else []
        known = {each["id"]: each for each in await self._named(found)}
        pairs = {pair for document in alike for pair in combinations(document["organisations"], 2)}
        pairs = pairs if within is None else {pair for pair in pairs if within >= {*pair}}
        items = [[known[one], known[two]] for one, two in sorted(pairs) if _open_question(known, one, two)]
        return {"items": items, "total": len(items), "page": 1}

    async def reception(self, programme: Programme, fiscal_year: int) -> dict[str, Any]:
        """Whether forms are taken, and how many places are left."""
        at = await self._kernel.clock.now()
        reception = await self._desk.load(programme, fiscal_year, at)
        closed = "deadline" if reception.late(at) else reception.closed
        return {
            "programme": programme,
            "fiscal_year": fiscal_year,
            "state": "not_yet" if at < reception.opens_at else (closed or "open"),
            "opens_at": reception.opens_at.isoformat(),
            "closes_at": reception.closes_at.isoformat() if reception.closes_at else None,
            "standing": reception.standing,
            "counted": None if reception.places is None else reception.counted,
            "places_left": None if reception.places is None else reception.places - reception.taken,
        }

    async def _named(self, documents: Sequence[Document]) -> list[dict[str, Any]]:
        return await self._opened(documents, ("name", "address"))

    async def _opened(self, documents: Sequence[Document], names: Sequence[str]) -> list[dict[str, Any]]:
        """For a reader: the id named so, what may be seen opened, the other sealed fields left out."""
        texts = iter(await self._kernel.vault.shown_tokens([d[name] for d in documents for name in names]))
        made = []
        for document in documents:
            shown = {"id": document["_id"], **{k: v for k, v in document.items() if not k.startswith("_")}}
            shown = {k: v for k, v in shown.items() if k not in PERSONAL}
            made.append(shown | {name: next(texts) for name in names})
        return made


def _without(item: Document, names: Sequence[str]) -> Document:
    return {name: value for name, value in item.items() if name not in names}


def _itself(known: Mapping[str, Document], organisation_id: str) -> str:
    """The organisation that one stands for after a merge."""
    merged: str | None = known.get(organisation_id, {}).get("merged_into")
    return merged or organisation_id


def _open_question(known: Mapping[str, Document], one: str, two: str) -> bool:
    a, b = known.get(one), known.get(two)
    if a is None or b is None or not may_be_one(a["corporate_number"], b["corporate_number"]):
        return False
    return not (two in a["apart"] or one in b["apart"] or a["merged_into"] or b["merged_into"])


def _form(secondment: SecondmentForm | None, support: SupportForm | None) -> dict[str, Any]:
    """The facts of a form that are not sealed."""
    if secondment is not None:
        return {
            "requests": [
                {
                    "number": request.number,
                    "route": request.route,
                    "years": request.years,
                    "third_year_agreed": request.third_year_agreed,
                    "wishes": [
                        {"rank": w.rank, "domestic": w.domestic, "overseas": w.overseas} for w in request.wishes
                    ],
                }
                for request in secondment.requests
            ]
        }
    return {name: getattr(support, name) for name in FACTS} if support is not None else {"no_wish": True}
