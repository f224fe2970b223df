"""The last stage of a screening: a clinician speaks with the person and certifies it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import assigned, bookings, referring, trail, vault
from models.base import new_key
from models.instruments.payload import unpack
from models.tables.care import Alert, Case
from models.tables.interviews import Certification
from models.tables.paper import EnteredInError
from models.tables.people import Person
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, CaseStatus, Channel
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.interviewing import interviews_of, is_asked
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record

WORDS_MOST = 2000
CONTENT_SIZE = 8192  # one size for every interview, so that its length says nothing


def certify_screening(
    session: Session,
    *,
    actor: Actor,
    screening_id: UUID,
    spoken_on: date | None,
    channel: str,
    words: str,
    at: datetime,
    ends_care: bool = False,
) -> Certification:
    """The interview has taken place; once for a screening: one's own second try gives the first.

    `ends_care`: nothing else is needed, so the own case is closed as well. Raises InputRefused, or
    MoveNotAllowed for a screening that asks for no interview or was entered in error.
    """
    screening = _find(session, screening_id)
    person, key = _locked(session, screening.person_id)
    record = _record(session, person)
    access.require(actor, Permission.SCREENING_CERTIFY, record)
    earlier = session.scalar(
        select(Certification).where(Certification.screening_id == screening.id)
    )
    if earlier is not None:
        if earlier.certified_by != actor.account_id:
            raise MoveNotAllowed("somebody else has certified it")
        return earlier
    _insist_on_asked(session, screening, key)
    _check(screening, spoken_on, channel, words, at)
    if ends_care:
        _end_care(session, actor, record, at)
    done = Certification(
        id=new_key(),
        screening_id=screening.id,
        person_id=person.id,
        certified_by=actor.account_id,
        certified_at=at,
    )
    content = [str(spoken_on), channel, words.strip()]
    done.content = vault.sealed(key, done, "content", content, size=CONTENT_SIZE)
    session.add(done)
    trail.record(
        session, by=actor, act=Act.SCREENING_CERTIFIED, at=at, person_id=person.id, subject=done
    )
    return done


def _end_care(session: Session, actor: Actor, record: Record, at: datetime) -> None:
    """Not while an alert is open: it would be left without anybody who knows the person. Of a
    shared case only by the clinician in charge."""
    if any(alert.is_live for alert in record.alerts):
        raise InputRefused({"ends_care": "alert_open"})
    cases = session.scalars(  # somebody may be handing them over at this moment
        select(Case)
        .where(Case.id.in_([case.id for case in record.cases]))
        .order_by(Case.id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    ).all()
    own = [case for case in cases if access.allows(actor, Permission.CASE_CHANGE, case)]
    if not own:
        raise InputRefused({"ends_care": "not_in_charge"})
    if any(referring.stands_against_ending(session, case=case) for case in own):
        raise InputRefused({"ends_care": "referral_open"})
    for case in own:
        case.status, case.closed_at = CaseStatus.CLOSED, at
        case.second_id = case.held_until = None
        assigned.end_of_case(session, case_id=case.id, by=actor.account_id, at=at)
        bookings.cancel_planned(session, case_id=case.id, by=actor, at=at)
        trail.record(
            session,
            by=actor,
            act=Act.CASE_CLOSED,
            at=at,
            person_id=case.person_id,
            subject=case,
        )


def _find(session: Session, screening_id: UUID) -> Screening:
    screening = session.get(Screening, screening_id)
    if screening is None:
        raise RecordNotFound("no such screening")
    return screening


def _locked(session: Session, person_id: UUID) -> tuple[Person, bytes]:
    found = vault.locked_person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person")
    return found


def _record(session: Session, person: Person) -> Record:
    cases = session.scalars(select(Case).where(Case.person_id == person.id))
    alerts = session.scalars(select(Alert).where(Alert.person_id == person.id))
    return Record(person, cases=tuple(cases), alerts=tuple(alerts))


def _programme_of(session: Session, screening: Screening) -> str | None:
    return session.scalar(select(Window.programme).where(Window.id == screening.window_id))


def _insist_on_asked(session: Session, screening: Screening, key: bytes) -> None:
    programme = _programme_of(session, screening)
    is_mistake = session.scalar(select(exists().where(EnteredInError.screening_id == screening.id)))
    if programme is None or is_mistake:
        raise MoveNotAllowed("this screening does not count for any window")
    payload = unpack(vault.opened(key, screening, "payload"))
    if not is_asked(interviews_of(session, [programme])[programme], payload):
        raise MoveNotAllowed("this screening asks for no interview")


def _check(
    screening: Screening, spoken_on: date | None, channel: str, words: str, at: datetime
) -> None:
    problems = {}
    if spoken_on is None:
        problems["spoken_on"] = "not_a_date"
    elif not screening.day <= spoken_on <= at.date():
        problems["spoken_on"] = "not_since_answers"
    if channel not in set(Channel):
        problems["channel"] = "choose"
    if not 0 < len(words.strip()) <= WORDS_MOST:
        problems["words"] = "too_long" if words.strip() else "empty"
    if problems:
        raise InputRefused(problems)
