"""The codes of a support form against the edition's vocabulary (C-IN-8). What is missing or unfit is for screening."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from policies.support.edition import SupportEdition
from schemas.forms import SupportApplication
from services.intake.policy.places import FormFault, Place


def code_faults(edition: SupportEdition, form: SupportApplication) -> list[FormFault]:
    """Every code that the edition does not have, with those that it has."""
    return [
        FormFault(place, "C-IN-8", f"次のいずれかにしてください: {_listed(known)}", f"Use one of: {_listed(known)}")
        for place, code, known in _codes(edition, form)
        if code not in known
    ]


def _codes(edition: SupportEdition, form: SupportApplication) -> Iterator[tuple[Place, str, Collection[str]]]:
    words, persons = edition.vocabulary, edition.eligibility
    yield ("prefecture",), form.prefecture, words.prefectures
    yield ("field",), form.field, words.fields
    for number, position in enumerate(form.positions):
        yield ("positions", number, "residence_status"), position.residence_status, persons.residence_statuses
        yield ("positions", number, "role"), position.role, persons.roles
        yield ("positions", number, "education"), position.education, persons.educations
    for name, codes, known in (
        ("languages", form.languages, words.languages),
        ("agreements", form.agreements, edition.consents.agreements),
        ("declarations", form.declarations, edition.consents.declarations),
    ):
        for number, code in enumerate(codes):
            yield (name, number), code, known


def _listed(known: Collection[str]) -> str:
    return ", ".join(known)
