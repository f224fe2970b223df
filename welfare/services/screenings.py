"""Sending a screening, once and for good; and the receipt for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models import alerts, trail, vault
from models.base import new_key
from models.duty import watch_for
from models.instruments import ON_OFFER, AnswerRefused, find
from models.instruments.asking import undecided
from models.instruments.payload import SIZE, Payload, pack, respond, same_answers, unpack
from models.instruments.summary import SIZE as SUMMARY_SIZE
from models.instruments.summary import add_results
from models.programmes import Programme, load, opened_by
from models.tables.care import Alert, Case
from models.tables.people import Person, PersonKey
from models.tables.screenings import ConflictCopy, Draft, Screening, Window
from models.vocabulary import Act, CaseStatus, Origin
from welfare.errors import (
    AccessDenied,
    AnswersRefused,
    MoveNotAllowed,
    RecordNotFound,
    SubmissionConflict,
)
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

Answers = Mapping[str, Mapping[str, int | None]]  # instrument → item → value; None: declined
KEEP = "keep"  # tells the edge to commit although the answer is a refusal

# Statements of the busiest act are built once: building them costs more than running them.
# The person's row is locked, so that sending twice at once is one after the other.
ASKED = (
    select(Window, Person, PersonKey)
    .join(Person, Person.id == Window.person_id)
    .join(PersonKey, PersonKey.person_id == Person.id)
    .where(Window.id == bindparam("window_id"))
    .with_for_update(of=Person, key_share=True)
)
IS_SAME = or_(
    Screening.submission_id == bindparam("submission_id"),
    Screening.window_id == bindparam("window_id"),
)
IS_EARLIER = select(Screening.id).where(IS_SAME).limit(1)
EARLIER = select(Screening).where(IS_SAME).order_by(Screening.id)
DRAFT_DONE = delete(Draft).where(Draft.window_id == bindparam("window_id"))
SUMMARISED = (
    update(Person)
    .where(Person.id == bindparam("of_person"))
    .values({Person.summary: bindparam("sealed")})
)


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
) -> Receipt:
    """Keep a member's answers and raise an alert if one is critical, in one transaction.

    The same answers again give the same receipt. Raises AnswersRefused naming the items, or
    SubmissionConflict for other answers under a used id or window (both are kept).
    """
    found = session.execute(ASKED, {"window_id": window_id}).one_or_none()
    if found is None:
        raise RecordNotFound("no such window, or no such person any more")
    window, person, stored_key = found
    access.require(actor, Permission.SCREENING_ANSWER, window)
    key = vault.unwrapped(session, stored_key)
    earlier = _earlier(session, window, submission_id)
    programme = load(window.programme.split("/")[0])
    if earlier is None:
        _insist_on_opening(window, at)
        _insist_on_all(programme, answers)
    payload = _scored(answers, person, key, programme, language, at)
    if earlier is not None:
        return _again(session, actor, earlier, window, payload, key, person, at)
    screening = _kept(session, window, submission_id, person, payload, key, at)
    trail.record(
        session,
        by=actor,
        act=Act.SCREENING_SENT,
        at=at,
        person_id=person.id,
        subject=screening,
    )
    session.flush()  # row, summary and trail at once; an alert refers to the screening
    return Receipt(
        screening,
        payload,
        _follow_up(session, actor, screening, person, payload, key, programme, at),
    )


def read_receipt(session: Session, *, actor: Actor, screening_id: UUID, at: datetime) -> Receipt:
    """The receipt of an own screening. Reading it is recorded."""
    screening = session.get(Screening, screening_id)
    if screening is None:
        raise RecordNotFound("no such screening")
    found = vault.person_with_key(session, person_id=screening.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    access.require(actor, Permission.OWN_RECORD_READ, person)
    trail.record_read(
        session,
        by=actor,
        act=Act.OWN_RECORD_READ,
        at=at,
        person_ids=[person.id],
        subject=screening,
    )
    payload = unpack(vault.opened(key, screening, "payload"))
    open_case = session.scalar(
        select(Case.id).where(Case.person_id == person.id, Case.status == CaseStatus.OPEN).limit(1)
    )
    return Receipt(screening, payload, _newest_alert(session, screening), open_case is not None)


def _earlier(session: Session, window: Window, submission_id: UUID) -> Screening | None:
    """What was already sent under this id, or for this window."""
    given = {"submission_id": submission_id, "window_id": window.id}
    if session.connection().scalar(IS_EARLIER, given) is None:
        return None
    earlier = session.scalars(EARLIER, given).all()
    if any(screening.person_id != window.person_id for screening in earlier):
        raise AccessDenied("this id belongs to somebody else")
    return earlier[0]


def _insist_on_opening(window: Window, at: datetime) -> None:
    """Not before it opens, else it would never be asked. Late answers are never turned away."""
    if at.date() < window.opens_on:
        raise MoveNotAllowed("this window is not open yet")


def _insist_on_all(programme: Programme, answers: Answers) -> None:
    """Every questionnaire that is asked, wholly decided; none that is not asked."""
    asked = (*programme.first_stage, *_opened(programme, answers))
    problems = {code: "not_asked" for code in answers if code not in asked}
    problems |= {code: "missing" for code in asked if code not in answers}
    problems |= {
        f"{code}.{item}": "missing"
        for code in asked
        if code in answers
        for item in undecided(find(code), answers[code])
    }
    if problems:
        raise AnswersRefused(problems)


def _opened(programme: Programme, answers: Answers) -> list[str]:
    try:
        return opened_by(programme, answers)
    except AnswerRefused as refused:
        raise AnswersRefused({f"{refused.instrument}.{refused.item}": "not_offered"}) from None


def _scored(
    answers: Answers,
    person: Person,
    key: bytes,
    programme: Programme,
    language: str,
    at: datetime,
) -> Payload:
    unknown = {code: "not_asked" for code in answers if code not in ON_OFFER}
    if unknown:
        raise AnswersRefused(unknown)
    sex = vault.opened(key, person, "facts").get("sex")
    try:
        responses = tuple(
            respond(code, given, language=language, sex=sex) for code, given in answers.items()
        )
    except AnswerRefused as refused:
        raise AnswersRefused({f"{refused.instrument}.{refused.item}": "not_offered"}) from None
    return Payload(answered_at=at, rules=programme.name, responses=responses)


def _kept(
    session: Session,
    window: Window,
    submission_id: UUID,
    person: Person,
    payload: Payload,
    key: bytes,
    at: datetime,
) -> Screening:
    screening = Screening(
        id=new_key(),
        submission_id=submission_id,
        person_id=person.id,
        window_id=window.id,
        unit_id=person.unit_id,
        day=at.date(),
        phase=window.phase,
        origin=Origin.WEB,
    )
    screening.payload = vault.sealed(key, screening, "payload", pack(payload), size=SIZE)
    session.add(screening)
    session.connection().execute(DRAFT_DONE, {"window_id": window.id})
    results = add_results(
        vault.opened(key, person, "summary"), payload, day=at.date(), phase=window.phase
    )
    summary = vault.sealed(key, person, "summary", results, size=SUMMARY_SIZE)
    session.connection().execute(SUMMARISED, {"of_person": person.id, "sealed": summary})
    set_committed_value(person, "summary", summary)
    return screening


def _follow_up(
    session: Session,
    actor: Actor,
    screening: Screening,
    person: Person,
    payload: Payload,
    key: bytes,
    programme: Programme,
    at: datetime,
) -> Alert | None:
    if not (payload.critical_items or payload.is_positive):
        return None
    return alerts.follow_up(
        session,
        by=actor,
        screening=screening,
        payload=payload,
        unit=person.unit,
        clocks=programme.clocks,
        watch=watch_for(session, unit=person.unit, language="", at=at),
        data_key=key,
        at=at,
    )


def _again(
    session: Session,
    actor: Actor,
    earlier: Screening,
    window: Window,
    payload: Payload,
    key: bytes,
    person: Person,
    at: datetime,
) -> Receipt:
    """The same answers again: the first receipt. Other answers: a kept copy and a refusal."""
    kept = unpack(vault.opened(key, earlier, "payload"))
    alert = _newest_alert(session, earlier)
    if earlier.window_id == window.id and same_answers(kept, payload):
        return Receipt(earlier, kept, alert)
    copy = ConflictCopy(id=new_key(), screening_id=earlier.id, person_id=person.id, received_at=at)
    copy.payload = vault.sealed(key, copy, "payload", pack(payload), size=SIZE)
    session.add(copy)
    trail.record(
        session,
        by=actor,
        act=Act.SCREENING_CONFLICT,
        at=at,
        person_id=person.id,
        subject=copy,
    )
    if alert is None or not alert.is_live:  # a critical answer counts, whichever copy it came in
        programme = load(window.programme.split("/")[0])
        _follow_up(session, actor, earlier, person, payload, key, programme, at)
    session.info[KEEP] = True
    raise SubmissionConflict("other answers were sent under this id")


def _newest_alert(session: Session, screening: Screening) -> Alert | None:
    return session.scalar(
        select(Alert)
        .where(Alert.screening_id == screening.id)
        .order_by(Alert.raised_at.desc(), Alert.id.desc())
        .limit(1)
    )
