"""From plain forms to sealed values: the edge at which names, addresses and purposes are closed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count

from pydantic import BaseModel

from kernel.refusals import Refused
from kernel.vault import Erased, Sealer, Vault
from schemas import values
from schemas.forms import DECLARATIONS, PartyForm, SecondeeForm, SecondmentApplication, SupportApplication
from services.intake.domain.application_state import Content
from services.intake.policy.spelling import Spelled, exact_form

FACTS = (
    "legal_form", "industry", "employees", "website", "placement_is_main_business", "passes_people_on",
    "only_for_subsidiary_abroad", "applicant_is_supported", "has_employed_graduates", "interested_in_global_south",
    "agreements", "declarations", "prefecture", "field", "languages", "stage", "earlier_years",
)  # fmt: skip
AnyForm = SecondmentApplication | SupportApplication


@dataclass(frozen=True)
class Sender:
    """Who sent a form: its identity here, what seals its fields, and the keys under which its spellings are found."""

    organisation_id: str
    sealer: Sealer
    party: values.Party
    name_key: str
    reading_key: str


async def sender(vault: Vault, form: PartyForm, *, organisation_id: str | None = None) -> Sender:
    """The sender of a form; ``organisation_id`` where it is known already. Raises Refused after an erasure (G-7)."""
    if organisation_id is None:
        organisation_id, sealer = await _identified(vault, form)
    else:
        sealer = await sealer_of(vault, organisation_id)
    name, reading = Spelled(form.name, form.kana, form.address).forms
    return Sender(
        organisation_id,
        sealer,
        party(sealer, organisation_id, form),
        vault.fingerprint("organisation name", name),
        vault.fingerprint("organisation reading", reading),
    )


async def sealer_of(vault: Vault, subject: str) -> Sealer:
    """What seals a subject's fields. Raises Refused after an erasure."""
    try:
        return await vault.sealer(subject)
    except Erased:
        raise Refused(
            "G-7",
            "この申込者（または出向者）の情報は消去されているため、変更できません。新たにお申し込みください。",
            "The data of this applicant or secondee have been erased; nothing can be changed. Apply anew.",
        ) from None


def identity(vault: Vault, form: PartyForm) -> str:
    """An organisation's id: its corporate number, or a keyed hash of its name where it has none (G-5)."""
    if form.corporate_number is not None:
        return f"org-{form.corporate_number}"
    return f"org-{vault.fingerprint('organisation', f'{form.kind}|{exact_form(form.name)}')}"


async def _identified(vault: Vault, form: PartyForm) -> tuple[str, Sealer]:
    base = identity(vault, form)
    for generation in count(1):  # a sender that was erased and comes back begins a new life
        subject = base if generation == 1 else f"{base}.{generation}"
        try:
            return subject, await vault.sealer(subject)
        except Erased:
            continue
    raise AssertionError("unreachable")


def party(sealer: Sealer, organisation_id: str, form: PartyForm) -> values.Party:
    """The sender as letters address it, sealed."""
    return values.Party(
        organisation_id=organisation_id,
        kind=form.kind,
        corporate_number=form.corporate_number,
        name=sealer.contact("name", form.name),
        kana=sealer.contact("kana", form.kana),
        person=sealer.contact("person", form.person),
        email=sealer.contact("email", form.email),
        address=sealer.contact("address", form.address),
    )


def content(vault: Vault, sent: Sender, form: AnyForm) -> Content:
    """The form, sealed, with the keyed hash by which it is known again."""
    digest = fingerprint(vault, "form", form)
    if isinstance(form, SupportApplication):
        return Content(party=sent.party, support=_support(sent.sealer, form), digest=digest)
    secondment = None if form.no_wish else _secondment(sent.sealer, form)
    return Content(party=sent.party, secondment=secondment, digest=digest)


def fingerprint(vault: Vault, purpose: str, form: BaseModel) -> str:
    """A keyed hash of all that a form says."""
    return vault.fingerprint(purpose, json.dumps(form.model_dump(mode="json"), sort_keys=True, ensure_ascii=False))


def secondee(sealer: Sealer, secondee_id: str, form: SecondeeForm) -> values.Secondee:
    """The person, sealed under a key of its own."""
    return values.Secondee(
        secondee_id=secondee_id,
        name=sealer.personal("name", form.name),
        kana=sealer.personal("kana", form.kana),
        birth_date=sealer.personal("birth_date", form.birth_date.isoformat()),
        toeic=sealer.personal("toeic", "" if form.toeic is None else str(form.toeic)),
        experience_years=sealer.personal("experience_years", str(form.experience_years)),
        health_declared=sealer.personal("health_declared", "yes" if form.declarations == DECLARATIONS else "no"),
        declared=sealer.personal("declared", ",".join(form.declarations)),
    )


def _secondment(sealer: Sealer, form: SecondmentApplication) -> values.SecondmentForm:
    requests = tuple(
        values.SecondmentRequest(
            number=number,
            route=request.route,
            years=request.years,
            wishes=tuple(values.Wish(rank=w.rank, domestic=w.domestic, overseas=w.overseas) for w in request.wishes),
            third_year_agreed=request.third_year_agreed,
            remarks=sealer.confidential(f"remarks {number}", request.remarks) if request.remarks else None,
        )
        for number, request in enumerate(form.requests, 1)
    )
    return values.SecondmentForm(purpose=sealer.confidential("purpose", form.purpose or ""), requests=requests)


def _support(sealer: Sealer, form: SupportApplication) -> values.SupportForm:
    return values.SupportForm(
        **{name: getattr(form, name) for name in FACTS},
        positions=tuple(values.Position(**position.model_dump()) for position in form.positions),
        purpose=sealer.confidential("purpose", form.purpose),
        finances=sealer.confidential("finances", form.finances),
        organisation=sealer.confidential("organisation", form.organisation),
    )
