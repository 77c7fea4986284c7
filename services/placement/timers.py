"""What falls due when (pure), and what is done then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kernel.aggregate import Aggregate, AnyEvent
from kernel.timers import Cancel, Timer
from policies.calendars import end_of_day, start_of_day
from services.placement.app import PlacementApp
from services.placement.domain import proposal_events, round_events, secondment_events, support_events
from services.placement.domain.proposal_events import Offer
from services.placement.domain.support_events import Survey

ANNOUNCE, ANSWER, START, END, SUPPORT_END = "announce", "answer", "start", "end", "support-end"
ANNOUNCE_PART = "announce-part"
APPRAISAL, SURVEY = "appraisal:", "survey:"


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """What an event sets and cancels. Deadlines that are days end at 24:00 of them in Tokyo (G-1)."""
    stream = event.originator_id
    match event:
        case round_events.RoundOpened():
            return [Timer(ANNOUNCE, stream, event.announce_at)]
        case round_events.RoundAnnounced():
            part = [Timer(ANNOUNCE_PART, stream, event.timestamp)] if event.in_parts else []
            return [Cancel(ANNOUNCE, stream), *part]
        case round_events.PartAnnounced():
            return [Timer(ANNOUNCE_PART, stream, event.timestamp)] if event.left else [Cancel(ANNOUNCE_PART, stream)]
        case proposal_events.PlaceOffered() | proposal_events.OfferedAgain() | proposal_events.OfferChanged():
            return [_answer(stream, event.offer)]
        case proposal_events.OfferAccepted() | proposal_events.OfferDeclined() | proposal_events.ProposalClosed():
            return [Cancel(ANSWER, stream)]
        case support_events.SupportPrepared() if event.until is not None:
            return [Timer(SUPPORT_END, stream, end_of_day(event.until))]
        case support_events.KickedOff():
            return [Timer(SUPPORT_END, stream, end_of_day(event.until)), *_surveys(stream, event.surveys)]
        case support_events.ReviewHeld() if event.until is not None:
            # What fell due before the review was set before it: a period changes only from then on.
            to_come = [each for each in event.surveys or () if start_of_day(each.ask_on) > event.timestamp]
            return [Timer(SUPPORT_END, stream, end_of_day(event.until)), *_surveys(stream, to_come)]
        case support_events.SupportEnded():
            return [Cancel(SUPPORT_END, stream)]
        case _:
            return _of_secondment(event)


def _of_secondment(event: AnyEvent) -> Iterable[Timer | Cancel]:
    stream = event.originator_id
    match event:
        case secondment_events.SecondmentAgreed():
            return [Timer(START, stream, start_of_day(event.starts_on))]
        case secondment_events.SecondmentStarted():
            return [Cancel(START, stream), _end(stream, event.until), *_appraisals(stream, event.appraisal_days)]
        case secondment_events.TermChanged() if event.running:
            return [_end(stream, event.change.until), *_appraisals(stream, event.appraisal_days)]
        case secondment_events.SecondmentCalledOff():
            return [Cancel(START, stream)]
        case secondment_events.SecondmentEnded():
            return [Cancel(END, stream)]
        case _:
            return []


def _answer(stream: str, offer: Offer) -> Timer | Cancel:
    return Timer(ANSWER, stream, end_of_day(offer.answer_by)) if offer.stays else Cancel(ANSWER, stream)


def _surveys(stream: str, surveys: Iterable[Survey]) -> Iterable[Timer]:
    return (Timer(SURVEY + each.name, stream, start_of_day(each.ask_on)) for each in surveys)


def _end(stream: str, until: date) -> Timer:
    return Timer(END, stream, end_of_day(until))


def _appraisals(stream: str, days: dict[int, date]) -> Iterable[Timer]:
    return (Timer(f"{APPRAISAL}{year}", stream, start_of_day(day)) for year, day in days.items())


async def ring(app: PlacementApp, timer: Timer) -> Sequence[Aggregate]:
    """Do what has fallen due."""
    name, stream = timer.name, timer.subject
    if name.startswith(APPRAISAL):
        return await app.secondments.report_appraisal(stream, int(name.removeprefix(APPRAISAL)))
    if name.startswith(SURVEY):
        return await app.supports.ask_survey(stream, name.removeprefix(SURVEY))
    acts = {
        ANNOUNCE: app.secondments.announce_in_time,
        ANNOUNCE_PART: app.secondments.announce_part,
        ANSWER: app.secondments.lapse,
        START: app.secondments.start_in_time,
        END: app.secondments.end_at_term,
        SUPPORT_END: app.supports.end_at_term,
    }
    return await acts[name](stream)
