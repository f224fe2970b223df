"""Questions about readers: the person asks, the privacy officer looks into it and replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.notices import EntryQuestion
from models.tables.people import Person, PersonKey
from models.vocabulary import Act, Role
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, told_letters
from welfare.policies.actor import Actor
from welfare.policies.at_hand import pseudonym
from welfare.policies.permissions import Permission
from welfare.policies.reading_log import Reading
from welfare.policies.said import SIZE, insist_on
from welfare.policies.told_letters import About

REPLY_WITHIN = timedelta(days=30)
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ToReply:
    """The person by a pseudonym; what was done only as coarsely as an auditor reads it."""

    id: UUID
    who: str
    unit: str
    reader: str
    role: Role | None
    act: Act
    day: date
    asked_at: datetime
    due_at: datetime
    words: str


def ask_question(
    session: Session,
    *,
    actor: Actor,
    reading: Reading,
    question_id: UUID,
    words: str,
    at: datetime,
) -> EntryQuestion:
    """About one line of the own list, as `own_record.list_readers` gave it. A form sent twice
    asks once, and about one line there is one question: other words raise InputRefused."""
    person, key = _me(session, actor)
    earlier = _earlier(session, person, reading, question_id)
    if earlier is not None:
        if vault.opened(key, earlier, "question") != words.strip():
            raise InputRefused({"words": "asked_already"})
        return earlier
    insist_on(words)
    if reading.reader_id is None:
        raise RecordNotFound("nobody is to be asked about this line")
    question = EntryQuestion(
        id=question_id,
        person_id=person.id,
        unit_id=person.unit_id,
        unit=person.unit,
        reader_id=reading.reader_id,
        role=reading.role,
        act=reading.act,
        day=reading.last_at.date(),
        asked_at=at,
        due_at=at + REPLY_WITHIN,
        next_tell_at=at + REPLY_WITHIN,
    )
    question.question = vault.sealed(key, question, "question", words.strip(), size=SIZE)
    session.add(question)
    session.flush()
    _record(session, actor, Act.QUESTION_ASKED, question, at)
    _tell(session, question, at)
    return question


def list_questions(session: Session, *, actor: Actor, at: datetime) -> Sequence[ToReply]:
    """What waits for a reply in the own units, the oldest first. Two queries; recorded."""
    found = session.execute(
        select(EntryQuestion, PersonKey)
        .join(PersonKey, PersonKey.person_id == EntryQuestion.person_id)
        .where(
            access.visible(actor, Permission.QUESTION_REPLY),
            EntryQuestion.next_tell_at.is_not(None),
        )
        .order_by(EntryQuestion.due_at, EntryQuestion.id)
        .limit(MOST_SHOWN)
    ).all()
    names = vault.names_of(session, account_ids={each.reader_id for each, _ in found})
    people = sorted({each.person_id for each, _ in found})
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=people)
    return [_shown(each, vault.unwrapped(session, key), names) for each, key in found]


def reply(
    session: Session, *, actor: Actor, question_id: UUID, words: str, at: datetime
) -> EntryQuestion:
    """The person reads it on their own page. Raises InputRefused, MoveNotAllowed if it is done."""
    question = session.get(EntryQuestion, question_id)
    found = None
    if question is not None:
        found = vault.locked_person_with_key(session, person_id=question.person_id)
    if question is None or found is None:
        raise RecordNotFound("no such question, or its person was erased")
    session.refresh(question, with_for_update={"of": EntryQuestion})
    access.require(actor, Permission.QUESTION_REPLY, question)
    if question.next_tell_at is None:
        raise MoveNotAllowed("it was replied to")
    insist_on(words)
    key = found[1]
    question.reply = vault.sealed(key, question, "reply", words.strip(), size=SIZE)
    question.replied_at, question.replied_by = at, actor.account_id
    question.next_tell_at = None
    _record(session, actor, Act.QUESTION_REPLIED, question, at)
    told_letters.write_to_person(session, person_id=question.person_id, key=key, at=at)
    return question


def _me(session: Session, actor: Actor) -> tuple[Person, bytes]:
    found = vault.locked_person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.QUESTION_ASK, found[0])
    return found


def _earlier(
    session: Session, person: Person, reading: Reading, question_id: UUID
) -> EntryQuestion | None:
    same = session.scalars(
        select(EntryQuestion).where(
            EntryQuestion.person_id == person.id,
            EntryQuestion.reader_id == reading.reader_id,
            EntryQuestion.act == reading.act,
            EntryQuestion.day == reading.last_at.date(),
        )
    ).all()
    used = session.get(EntryQuestion, question_id)
    if used is not None and used not in same:
        raise MoveNotAllowed("this id is used")
    return next((each for each in same if each.role == reading.role), None)


def _tell(session: Session, question: EntryQuestion, at: datetime) -> None:
    """The privacy officers; where there is none, the clinic leads may reply at once."""
    but = frozenset({question.reader_id})
    about = About(question.unit, question.person_id, at, but=but)
    officers = told_letters.holders_over(session, about, role=Role.PRIVACY_OFFICER)
    if not officers:
        question.late_at = at
        officers = told_letters.holders_over(session, about, role=Role.CLINIC_LEAD)
    told_letters.write_to(session, accounts=officers, at=at)


def _shown(question: EntryQuestion, key: bytes, names: Mapping[UUID, str]) -> ToReply:
    return ToReply(
        id=question.id,
        who=pseudonym(question.person_id),
        unit=question.unit.name,
        reader=names.get(question.reader_id, ""),
        role=question.role,
        act=question.act,
        day=question.day,
        asked_at=question.asked_at,
        due_at=question.due_at,
        words=vault.opened(key, question, "question"),
    )


def _record(
    session: Session, actor: Actor, act: Act, question: EntryQuestion, at: datetime
) -> None:
    trail.record(session, by=actor, act=act, at=at, person_id=question.person_id, subject=question)
