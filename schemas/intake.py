"""What intake (受付) publishes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from schemas.base import OfCase, OfProgramme, OfSecondmentCase, OfSupportCase
from schemas.values import ClauseId, ConsentFault, Party, Secondee, SecondmentForm, SupportForm

TOPIC = "intake"


class AnswerAwaited(OfSecondmentCase):
    """A sender that was invited has not answered yet (S-IN-2): it is reminded of the last day, ``answer_by``.

    It has no application: ``application_id`` is that of the invitation.
    """

    TOPIC: ClassVar[str] = TOPIC
    party: Party
    answer_by: date
    edition: str


class ApplicationRegistered(OfSupportCase):
    """The online half of a support application is here, its consent form is not yet (C-IN-1)."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    registered_at: datetime


class ConsentReturned(OfSupportCase):
    """An officer found the consent form unfit (C-IN-1): the application stands no longer and awaits a new one.

    When that is here `ApplicationSubmitted` is told again, with the new moment.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    ground: ConsentFault
    returned_at: datetime


class ApplicationSubmitted(OfCase):
    """An application is complete and stands. ``secondment`` or ``support`` is filled, as the programme says.

    ``received_at`` is the moment that counts (C-IN-1: the later half); ``placed_before`` says whether the sender had a
    placement in an earlier year (S-PL-4), as known to intake from its register of organisations. ``revision`` numbers
    the form as in `ApplicationAmended`; 0 where that is not told.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    received_at: datetime
    edition: str
    secondment: SecondmentForm | None = None
    support: SupportForm | None = None
    placed_before: bool = False
    admitted_late: bool = False
    revision: int = 0


class ApplicationAmended(OfCase):
    """The sender sent a newer form before the deadline (S-IN-6), or the company reported changed facts (C-IN-7).

    Or the office settled who the sender is (S-IN-7) or what placements it had (S-PL-4): then ``by_office`` is set, and
    ``party`` or ``placed_before`` differ from what was told before.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    revision: int
    party: Party
    edition: str
    secondment: SecondmentForm | None = None
    support: SupportForm | None = None
    placed_before: bool = False
    by_office: bool = False


class ApplicationWithdrawn(OfCase):
    """The applicant gives the application up (S-IN-6, C-IN-5); ``assumed`` where its silence was taken so (C-IN-6)."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    withdrawn_at: datetime
    assumed: bool = False


class ApplicationRefused(OfCase):
    """The counter could not take the form: late (S-IN-1) or reception full (C-IN-3). HR may still admit a late one."""

    TOPIC: ClassVar[str] = TOPIC
    party: Party
    clause: ClauseId
    edition: str


class NoWishReplied(OfSecondmentCase):
    """A sender answers that it wishes no secondment this year (S-IN-2)."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party


class SecondeeNamed(OfSecondmentCase):
    """The sender names the person (S-LI-1)."""

    TOPIC: ClassVar[str] = TOPIC
    secondment_id: str
    secondee: Secondee


class PaperReceived(OfCase):
    """A paper arrived: which one, as original by post or as data; each arrival by itself (S-SC-9, C-IN-1).

    ``kind`` is the edition's code; ``digest`` the SHA-256 of the bytes in hex, None for an original by post.
    """

    TOPIC: ClassVar[str] = TOPIC
    paper_id: str
    secondment_id: str | None
    kind: str
    form: Literal["original", "data"]
    digest: str | None
    arrived_on: date


class ReceptionClosed(OfProgramme):
    """Reception is over: its deadline passed, or the number is reached (S-IN-1, C-IN-3).

    ``standing`` is how many applications stand.
    """

    TOPIC: ClassVar[str] = TOPIC
    reason: Literal["deadline", "full"]
    standing: int


class ReceptionReopened(OfProgramme):
    """A place was given back (C-IN-3); ``standing`` applications stand now."""

    TOPIC: ClassVar[str] = TOPIC
    standing: int


class SubjectErased(OfProgramme):
    """A person's or an organisation's sealed fields can no longer be read by anybody (G-7).

    ``subject`` is the person's or the organisation's id; programme and fiscal year are those of its last case.
    """

    TOPIC: ClassVar[str] = TOPIC
    subject: str
    erased_at: datetime
