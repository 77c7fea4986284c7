"""What has to agree between an edition's catalogue of letters, its variables and its texts."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import TemplateSyntaxError, meta

from policies.catalogue import COMMON, FROM_EDITION, LetterEntry
from policies.edition import Edition
from policies.faults import Complaint, EditionFault
from policies.letters import LetterError, environment, preview
from policies.papers import PAPERS
from policies.texts import ENDING, LetterText
from schemas.events import all_events

APPOINTMENTS = ("InterviewArranged", "InterviewCancelled")
"""The events whose letters come with a calendar entry (C-NO-1)."""


def complaints(edition: Edition) -> Iterator[Complaint]:
    """Letters on unknown events, at unknown times, with unknown or unused variables."""
    known = edition.variables.root
    for code, entry in edition.letters.root.items():
        yield from _trigger(edition, code, entry)
        for name in (*COMMON, *entry.variables):
            if name not in known:
                ja, en = f"variables.yaml に {name} がありません。", f"variables.yaml has no {name}."
                yield Complaint("letters", (code, "variables"), ja, en)
    entries = edition.letters.root.values()
    enclosed = (name for entry in entries if entry.enclosed for name in PAPERS[entry.enclosed].variables)
    used = {*COMMON, *enclosed, *(name for entry in entries for name in entry.variables)}
    for name in known.keys() - used:
        yield Complaint("variables", (name,), "どの通知にも使われていません。", "No letter uses it.")


def _trigger(edition: Edition, code: str, entry: LetterEntry) -> Iterator[Complaint]:
    event = next((kind for kind in all_events() if entry.event == kind.NAME), None)
    if event is None:
        yield Complaint(
            "letters", (code, "event"), "この名前のイベントはありません。", "No published event has this name."
        )
    elif entry.when.keys() - event.model_fields.keys():
        yield Complaint("letters", (code, "when"), "イベントにない項目です。", "The event has no such field.")
    if entry.sent is not None and entry.sent not in edition.parameters:
        yield Complaint("letters", (code, "sent"), "この名前のパラメータはありません。", "There is no such parameter.")
    if entry.enclosed is not None:
        yield from _enclosed(edition, code, entry, entry.enclosed)


def _enclosed(edition: Edition, code: str, entry: LetterEntry, parameter: str) -> Iterator[Complaint]:
    if parameter not in edition.parameters:
        ja, en = "この名前のパラメータはありません。", "There is no such parameter."
        yield Complaint("letters", (code, "enclosed"), ja, en)
    if entry.event not in PAPERS[parameter].events or entry.sent is not None:
        made = "、".join(PAPERS[parameter].events)
        ja = f"この書面は、次のイベントで直ちに出す通知にだけ添えられます：{made}。"
        en = f"This paper goes only with a letter that is sent at once on: {made}."
        yield Complaint("letters", (code, "enclosed"), ja, en)


def text_faults(edition: Edition) -> Iterator[EditionFault]:
    """Texts without an entry and entries without a text, and texts that cannot be written with the samples."""
    codes = edition.letters.root.keys()
    whole = {name for name in edition.texts if not name.startswith("_")}
    for code in sorted(whole ^ codes):
        ja, en = ("letters.yaml にない通知です", "letter that letters.yaml lacks")
        if code in codes:
            ja, en = ("通知の文面がありません", "letter without a text")
        yield _fault(edition, code, 1, f"{ja}。", f"This is a {en}.")
    for code in sorted(whole & codes):
        yield from _text(edition, code)


def _text(edition: Edition, code: str) -> Iterator[EditionFault]:
    line = edition.texts[code].line
    if not edition.texts[code].subject:
        yield _fault(edition, code, 1, "件名（subject）がありません。", "It has no subject.")
        return
    if bool(edition.texts[code].appointment) != _has_appointment(edition.letters.root[code]):
        ja = "予定の名前（appointment）は、カレンダーの予定を添える通知に限り、必ず書いてください。"
        yield _fault(edition, code, 1, ja, "What an appointment is called goes with a calendar entry, and only then.")
    try:
        used = _used(edition, code) | _used(edition, f"{code}.subject") | _used(edition, f"{code}.appointment")
    except TemplateSyntaxError as error:
        ja, en = "差し込みの書き方に誤りがあります。", "The template has a mistake in its syntax."
        yield _fault(edition, code, line + error.lineno - 1, ja, en)
        return
    wanted = {*COMMON, *edition.letters.root[code].variables}
    for name in sorted(used - wanted - {*FROM_EDITION}):
        yield _fault(
            edition, code, line, f"letters.yaml にない変数 {name} を使っています。", f"Undeclared variable {name}."
        )
    for name in sorted(wanted - used):
        yield _fault(edition, code, line, f"変数 {name} が使われていません。", f"The variable {name} is never used.")
    if used - {*FROM_EDITION} == wanted:
        try:
            preview(edition, code)
        except LetterError as error:
            ja = "見本の値で文面を作れません。変数の名前と種類をご確認ください。"
            yield _fault(edition, code, line, ja, f"It cannot be written with the samples: {error}.")


def _has_appointment(entry: LetterEntry) -> bool:
    return entry.event in APPOINTMENTS and entry.sent is None


def _used(edition: Edition, template: str) -> set[str]:
    code, _, part = template.partition(".")
    tree = environment(edition).parse(getattr(edition.texts.get(code, LetterText("", "", 1)), part or "body"))
    used = meta.find_undeclared_variables(tree)
    for included in meta.find_referenced_templates(tree):
        used |= _used(edition, included or "")
    return used


def _fault(edition: Edition, code: str, line: int, ja: str, en: str) -> EditionFault:
    entry = edition.letters.root.get(code)
    clause = entry.clause if entry else "G-6"
    return EditionFault(edition.file(f"letters/{code}{ENDING}"), line, clause, f"{code}：{ja}", f"{code}: {en}")
