"""Retention (保存): what is due for disposal, what is held, disposal itself, and the register of disposals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from kernel.log import Cause
from kernel.mapper import restore
from kernel.projections import Document
from kernel.projector import plain
from kernel.refusals import NotFound, Refused
from kernel.repository import decide_again
from kernel.service import Kernel
from policies.edition import Edition
from schemas.values import day_in_tokyo
from services.intake.app.belonging import Belonging, case_of
from services.intake.app.desk import edition
from services.intake.app.erasing import Erasing, grounds
from services.intake.domain import CaseFile, Custody, Erasure
from services.intake.domain.custody import Ground
from services.intake.policy.retention import Assessment, g_7_assessed, g_7_disposal, g_7_subjects
from services.intake.projections.retention import file_key, fold_file


class RetentionDesk:
    """``due``, ``assessed``, ``held``, ``register``: reads. ``hold``, ``lift``, ``dispose``: an officer's commands."""

    def __init__(self, kernel: Kernel, erasing: Erasing) -> None:
        self._kernel, self._erasing, self._belonging = kernel, erasing, Belonging(kernel.repository)

    async def due(self, on: date | None = None) -> list[dict[str, Any]]:
        """Whose records may be disposed of on a day (today), the longest due first; holds are named."""
        day = on or day_in_tokyo(await self._kernel.clock.now())
        found = [each for each in await self._all() if each.due_on is not None and each.due_on <= day]
        return await self._shown(sorted(found, key=lambda each: (each.due_on or day, each.subject)))

    async def assessed(self, subject: str) -> dict[str, Any]:
        """What is known of a subject's records. Raises `NotFound`."""
        return (await self._shown([await self._of(subject)]))[0]

    async def held(self) -> list[dict[str, Any]]:
        """Every hold that stands, with its ground."""
        return [
            {"subject": each["_id"], "number": int(number), **hold, "at": hold["at"].isoformat()}
            for each in await self._kernel.views.all("custody")
            for number, hold in sorted(each["holds"].items(), key=lambda one: int(one[0]))
        ]

    async def register(self) -> list[dict[str, Any]]:
        """The register of disposals, in their order: who, when, which class, on which rule."""
        lines = sorted(await self._kernel.views.all("disposals"), key=lambda each: (each["ordered_at"], each["_id"]))
        return [_line(line) for line in lines]

    async def hold(
        self, subject: str, ground: Ground, *, by: str, reason: str, causes: Sequence[Cause] = ()
    ) -> Custody:
        """Hold a subject's records. Raises `NotFound`, `Refused`."""
        await self._of(subject)
        why = await grounds(self._kernel.vault, reason)

        async def act() -> Custody:
            at = await self._kernel.clock.now()
            custody = await self._erasing.custody(subject, at)
            custody.hold(ground, by=by, reason=why, at=at)
            await self._kernel.repository.save(custody, causes=causes)
            return custody

        return await decide_again(act)

    async def lift(self, subject: str, number: int, *, by: str, reason: str, causes: Sequence[Cause] = ()) -> Custody:
        """Lift a hold. Raises `NotFound`."""
        why = await grounds(self._kernel.vault, reason)

        async def act() -> Custody:
            custody = await self._kernel.repository.get(Custody, Custody.stream(subject))
            custody.lift(number, by=by, reason=why, at=await self._kernel.clock.now())
            await self._kernel.repository.save(custody, causes=causes)
            return custody

        return await decide_again(act)

    async def dispose(self, subject: str, *, by: str, reason: str, causes: Sequence[Cause] = ()) -> Erasure:
        """Dispose of what is due: an officer confirms, and the erasure follows. Raises `NotFound`, `Refused`."""
        await self._of(subject)
        found, at = await self._logged(subject), await self._kernel.clock.now()
        why = await grounds(self._kernel.vault, reason)
        decision = g_7_disposal(found, day_in_tokyo(at), at, by=by, reason=why)
        if decision is None:
            raise not_due(found)
        return await self._erasing.erase(subject, by=by, reason=reason, causes=causes, disposal=decision)

    async def _logged(self, subject: str) -> Assessment:
        """As `_of`, by the log: a read model may lag, as after a restore, and what is disposed of is gone for good."""
        files = g_7_subjects(await self._kernel.views.all("files", _where(subject))).get(subject, [])
        ids = {file["_id"] for file in files} | await self._belonging.cases_of([subject])
        found = await self._kernel.repository.log.streams([subject, *ids, *map(CaseFile.stream, ids)])
        documents: dict[str, Document] = {}
        for event in (restore(stored) for stream in found.values() for stored in stream):
            if key := file_key(event):
                documents[key] = plain(fold_file(documents.get(key, {}), event))
        return self._assess(subject, g_7_subjects(documents.values()).get(subject, []))

    async def _all(self) -> list[Assessment]:
        files = g_7_subjects(await self._kernel.views.all("files"))
        gone = {each["_id"] for each in await self._kernel.views.all("disposals")}
        return [self._assess(subject, found) for subject, found in files.items() if subject not in gone]

    async def _of(self, subject: str) -> Assessment:
        files = g_7_subjects(await self._kernel.views.all("files", _where(subject))).get(subject)
        if not files:
            raise NotFound("subject", "対象の団体・出向者")
        return self._assess(subject, files)

    def _assess(self, subject: str, files: Iterable[Any]) -> Assessment:
        each = list(files)
        editions: dict[str, Edition] = {f["edition"]: edition(f["programme"], _year(f["edition"])) for f in each}
        return g_7_assessed(subject, each, editions)

    async def _shown(self, found: Sequence[Assessment]) -> list[dict[str, Any]]:
        ids = [each.subject for each in found]
        custody = {d["_id"]: d for d in await self._kernel.views.all("custody", {"_id": {"$in": ids}})}
        known = {d["_id"]: d["name"] for d in await self._kernel.views.all("organisations", {"_id": {"$in": ids}})}
        names = dict(zip(known, await self._kernel.vault.shown_tokens([*known.values()]), strict=True))
        return [
            _assessment(each, names.get(each.subject, ""), custody.get(each.subject, {}).get("holds", {}))
            for each in found
        ]


def _where(subject: str) -> dict[str, Any]:
    return {"_id": case_of(subject)} if subject.startswith("secondee-") else {"subjects": subject}


def not_due(found: Assessment) -> Refused:
    """Its records must still be kept."""
    last = found.last
    if found.open or last is None:
        return Refused(
            "G-8",
            "終わっていない案件、または残額のある請求があります。保存期間はまだ始まっていません。",
            "A case of this subject goes on, or an invoice is open: its period of retention has not begun.",
        )
    return Refused(
        last.years.clause,
        f"保存期間が満了していません。{last.due_on:%Y年%-m月%-d日}から廃棄できます。",
        f"Its period of retention is not over: it may be disposed of from {last.due_on.isoformat()} on.",
    )


def _year(edition_id: str) -> int:
    return int(edition_id.rpartition("/")[2])


def _assessment(found: Assessment, name: str, holds: Any) -> dict[str, Any]:
    last = found.last
    return {
        "subject": found.subject,
        "name": name,
        "receipts": list(found.receipts),
        "open": [{"receipt_number": receipt, "kept_as": kept_as} for receipt, kept_as in found.open],
        "kept_as": last.kept_as if last else None,
        "edition": last.edition if last else None,
        "years": last.years.number if last else None,
        "ended_on": last.ended_on.isoformat() if last else None,
        "counted_from": last.counted_from.isoformat() if last else None,
        "due_on": found.due_on.isoformat() if found.due_on else None,
        "holds": sorted(int(number) for number in holds),
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    times = {name: line[name].isoformat() if line[name] else None for name in ("ordered_at", "erased_at")}
    names = ("subject", "by", "ground", "clause", "edition", "facts", "parameters")
    return {name: line[name] for name in names} | times
