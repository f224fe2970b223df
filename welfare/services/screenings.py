"""Sending a screening, once and for good; and the receipt for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from models import alerts, assigned, early_parts, trail, vault
from models.base import new_key
from models.duty import watch_for
from models.instruments import ON_OFFER, AnswerRefused, best_language
from models.instruments.payload import SIZE, Payload, pack, respond, same_answers, unpack
from models.instruments.summary import SIZE as SUMMARY_SIZE
from models.instruments.summary import add_results
from models.keeping import IS_SAME, keep
from models.programmes import Programme
from models.sealing import Place
from models.tables.care import Alert, Case
from models.tables.people import Person, PersonKey
from models.tables.places import Unit
from models.tables.screenings import ConflictCopy, Screening, Window
from models.vocabulary import Act, CaseStatus, Origin
from welfare.errors import (
    AccessDenied,
    AnswersRefused,
    ChangedMeanwhile,
    MoveNotAllowed,
    RecordNotFound,
    SubmissionConflict,
)
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.completeness import Answers, insist_on_all
from welfare.policies.permissions import Permission
from welfare.policies.rules import Answered

KEEP = "keep"  # tells the edge to commit although the answer is a refusal

# Statements of the busiest act are built once and fetch columns, not objects: building and
# tracking cost more than running.
# The person's row is locked, so that sending twice at once is one after the other.
ASKED = (
    select(
        Window.id,
        Window.person_id,
        Window.programme,
        Window.code,
        Window.measure_id,
        Window.phase,
        Window.opens_on,
        Person.unit_id,
        Person.facts,
        Person.summary,
        PersonKey.wrapping_id,
        PersonKey.wrapped,
        select(Screening.id).where(IS_SAME).exists().label("is_sent"),
    )
    .join(Person, Person.id == Window.person_id)
    .join(PersonKey, PersonKey.person_id == Person.id)
    .where(Window.id == bindparam("window_id"))
    .with_for_update(**vault.WITH_KEY_LOCK)
)
EARLIER = select(Screening).where(IS_SAME).order_by(Screening.id)
Asked = Row[*tuple[Any, ...]]  # one row of ASKED


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was kept. `alert` is set if an answer was critical; it has an owner if a human has
    been told. `has_clinician`: is the person in somebody's care?"""

    screening: Screening
    payload: Payload
    alert: Alert | None
    has_clinician: bool = False


def send_screening(
    session: Session,
    *,
    actor: Actor,
    window_id: UUID,
    submission_id: UUID,
    answers: Answers,
    language: str,
    at: datetime,
    checked: int | None = None,
) -> Receipt:
    """Keep a member's answers and raise an alert if one is critical, in one transaction.

    `language` is the page's; each response keeps the one of the words that were shown there.
    `checked` is the version of the draft that the page showed, None if it knew of none.
    The same answers again give the same receipt. Raises AnswersRefused naming the items,
    ChangedMeanwhile if there is a newer draft, or SubmissionConflict for other answers under a
    used id or window (both are kept).
    """
    given = {"window_id": window_id, "submission_id": submission_id}
    asked = session.connection().execute(ASKED, given).one_or_none()
    if asked is None:
        raise RecordNotFound("no such window, or no such person any more")
    access.require(actor, Permission.SCREENING_ANSWER, asked)
    key = vault.unwrapped(session, asked)
    programme = assigned.asked(session, asked, key=key)
    sex = vault.opened_at(key, _place("facts", asked), asked.facts).get("sex")
    if not asked.is_sent:
        _insist_on_opening(asked, at)
        insist_on_all(programme, answers, sex=sex)
    payload = _scored(answers, sex, programme, language, at)
    screening = None
    if not asked.is_sent:
        screening = _kept(session, asked, submission_id, payload, key, checked)
    if screening is None:
        earlier = _earlier(session, asked, submission_id)
        return _again(session, actor, earlier, asked, payload, key, at)
    trail.record(
        session,
        by=actor,
        act=Act.SCREENING_SENT,
        at=at,
        person_id=asked.person_id,
        subject=screening,
    )
    alert = _follow_up(session, actor, screening, payload, key, programme, at)
    return Receipt(screening, payload, alert)


def read_receipt(session: Session, *, actor: Actor, screening_id: UUID, at: datetime) -> Receipt:
    """The receipt of an own screening. Reading it is recorded."""
    screening = session.get(Screening, screening_id)
    if screening is None:
        raise RecordNotFound("no such screening")
    found = vault.person_with_key(session, person_id=screening.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    payload = unpack(vault.opened(key, screening, "payload"))
    answered = Answered(screening.window_id or payload.part_of, person.id)
    access.require(actor, Permission.RECEIPT_READ, answered)
    trail.record_read(
        session,
        by=actor,
        act=Act.OWN_RECORD_READ,
        at=at,
        person_ids=[person.id],
        subject=screening,
    )
    open_case = session.scalar(
        select(Case.id).where(Case.person_id == person.id, Case.status == CaseStatus.OPEN).limit(1)
    )
    alert = early_parts.alert_of(session, screening=screening, payload=payload, data_key=key)
    return Receipt(screening, payload, alert, open_case is not None)


def _earlier(session: Session, asked: Asked, submission_id: UUID) -> Screening:
    """What was already sent under this id, or for this window; if nothing was, it was the draft
    that kept the answers from being kept."""
    given = {"submission_id": submission_id, "window_id": asked.id}
    earlier = session.scalars(EARLIER, given).all()
    if not earlier:
        raise ChangedMeanwhile("another page has saved meanwhile")
    if any(screening.person_id != asked.person_id for screening in earlier):
        raise AccessDenied("this id belongs to somebody else")
    return earlier[0]


def _insist_on_opening(asked: Asked, at: datetime) -> None:
    """Not before it opens, else it would never be asked. Late answers are never turned away."""
    if at.date() < asked.opens_on:
        raise MoveNotAllowed("this window is not open yet")


def _scored(
    answers: Answers,
    sex: str | None,
    programme: Programme,
    language: str,
    at: datetime,
) -> Payload:
    unknown = {code: "not_asked" for code in answers if code not in ON_OFFER}
    if unknown:
        raise AnswersRefused(unknown)
    try:
        responses = tuple(
            respond(
                code,
                given,
                language=best_language(code, ON_OFFER[code].version, language),
                sex=sex,
            )
            for code, given in answers.items()
        )
    except AnswerRefused as refused:
        raise AnswersRefused({f"{refused.instrument}.{refused.item}": "not_offered"}) from None
    return Payload(answered_at=at, rules=programme.name, responses=responses)


def _kept(
    session: Session,
    asked: Asked,
    submission_id: UUID,
    payload: Payload,
    key: bytes,
    checked: int | None,
) -> Screening | None:
    """The row, the draft's end and the new summary; None if it had been sent meanwhile, or the
    draft had been changed."""
    day = payload.answered_at.date()
    place = _place("summary", asked)
    earlier = vault.opened_at(key, place, asked.summary)
    results = add_results(earlier, payload, day=day, phase=asked.phase)
    screening = Screening(
        id=new_key(),
        submission_id=submission_id,
        person_id=asked.person_id,
        window_id=asked.id,
        unit_id=asked.unit_id,
        day=day,
        phase=asked.phase,
        origin=Origin.WEB,
    )
    screening.payload = vault.sealed(key, screening, "payload", pack(payload), size=SIZE)
    summary = vault.sealed_at(key, place, results, size=SUMMARY_SIZE)
    is_kept = keep(session, screening=screening, summary=summary, checked=checked)
    return screening if is_kept else None


def _place(column: str, asked: Asked) -> Place:
    return Place(Person.__tablename__, column, asked.person_id, asked.person_id)


def _follow_up(
    session: Session,
    actor: Actor,
    screening: Screening,
    payload: Payload,
    key: bytes,
    programme: Programme,
    at: datetime,
) -> Alert | None:
    if not (payload.critical_items or payload.is_positive):
        return None
    unit = session.get_one(Unit, screening.unit_id)
    early = early_parts.sent_before(session, screening=screening, payload=payload, data_key=key)
    raised = alerts.follow_up(
        session,
        by=actor,
        screening=screening,
        payload=payload,
        unit=unit,
        clocks=programme.clocks,
        watch=watch_for(session, unit=unit, at=at),
        data_key=key,
        at=at,
        told=early.told(payload.answers),
    )
    return raised or early.alert


def _again(
    session: Session,
    actor: Actor,
    earlier: Screening,
    asked: Asked,
    payload: Payload,
    key: bytes,
    at: datetime,
) -> Receipt:
    """The same answers again: the first receipt. Other answers: a kept copy and a refusal."""
    kept = unpack(vault.opened(key, earlier, "payload"))
    alert = early_parts.alert_of(session, screening=earlier, payload=kept, data_key=key)
    if earlier.window_id == asked.id and same_answers(kept, payload):
        return Receipt(earlier, kept, alert)
    is_told = early_parts.is_told(
        session, again=payload, screening=earlier, payload=kept, alert=alert, data_key=key
    )
    copy = ConflictCopy(
        id=new_key(), screening_id=earlier.id, person_id=earlier.person_id, received_at=at
    )
    copy.payload = vault.sealed(key, copy, "payload", pack(payload), size=SIZE)
    session.add(copy)
    trail.record(
        session,
        by=actor,
        act=Act.SCREENING_CONFLICT,
        at=at,
        person_id=earlier.person_id,
        subject=copy,
    )
    if not is_told:  # a critical answer counts, whichever copy it came in
        programme = assigned.asked(session, asked, key=key)
        _follow_up(session, actor, earlier, payload, key, programme, at)
    session.info[KEEP] = True
    raise SubmissionConflict("other answers were sent under this id")
