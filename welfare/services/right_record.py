"""Moving a screening that is somebody else's to the right record: found by number, asked, moved."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import merging, trail, vault
from models.base import new_key
from models.enrolment import person_numbered
from models.instruments.payload import unpack
from models.moving import Side
from models.relocating import Relocation
from models.tables.paper import EnteredInError, MovedScreening, PaperEntry, PaperForm
from models.tables.screenings import ConflictCopy, Screening
from models.vocabulary import Act, Origin, Phase
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, told_letters
from welfare.policies.actor import Actor
from welfare.policies.at_hand import find_person as find_record
from welfare.policies.at_hand import identity_of, record_of
from welfare.policies.mistakes import WrongRecord
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record
from welfare.policies.said import SIZE, problems_with


@dataclass(frozen=True, slots=True)
class Asked:
    """Which screening it is, and in whose record it stands."""

    person_id: UUID
    name: str
    day: date
    phase: Phase
    origin: Origin


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the number named, so that it goes to nobody else."""

    person_id: UUID
    name: str
    service_number: str
    unit: str


def ask_move(session: Session, *, actor: Actor, screening_id: UUID, at: datetime) -> Asked:
    """For the page before. Raises MoveNotAllowed for one that must stay where it is."""
    screening = _screening(session, screening_id)
    record, key = find_record(
        session,
        actor=actor,
        person_id=screening.person_id,
        permission=Permission.SCREENING_MOVE,
    )
    _insist_on_movable(session, screening, key)
    person = record.person
    trail.record_read(
        session, by=actor, act=Act.RECORD_READ, at=at, person_ids=[person.id], subject=screening
    )
    name, _number = identity_of(session, person, key)
    return Asked(person.id, name, screening.day, screening.phase, screening.origin)


def find_right_person(
    session: Session,
    *,
    actor: Actor,
    screening_id: UUID,
    service_number: str,
    reason: str,
    words: str,
    at: datetime,
) -> Found:
    """Whose it is, for the page that asks once more; seeing the name is recorded. Raises
    InputRefused, alike for somebody elsewhere, for oneself, and for nobody."""
    screening = _screening(session, screening_id)
    find_record(
        session,
        actor=actor,
        person_id=screening.person_id,
        permission=Permission.SCREENING_MOVE,
    )
    problems = problems_with(words, reason=reason, reasons=WrongRecord)
    person = person_numbered(session, service_number) if service_number else None
    found = None if person is None else vault.person_with_key(session, person_id=person.id)
    if found is None or not access.allows(actor, Permission.SCREENING_RECEIVE, Record(found[0])):
        raise InputRefused(problems | {"service_number": "unknown"})
    if found[0].id == screening.person_id:
        problems["service_number"] = "same_person"
    if problems:
        raise InputRefused(problems)
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=[found[0].id])
    return Found(found[0].id, *identity_of(session, *found), unit=found[0].unit.name)


def move_screening(
    session: Session,
    *,
    actor: Actor,
    screening_id: UUID,
    person_id: UUID,
    reason: str,
    words: str,
    at: datetime,
) -> UUID:
    """Move it to `person_id`; a form sent twice moves it once. Returns whose record it left.

    Raises MoveNotAllowed for one that must stay, or was moved meanwhile; RecordNotFound and
    AccessDenied, which look the same, for a record that is closed to this.
    """
    screening = _screening(session, screening_id)
    before = _moved_before(session, actor, screening, person_id)
    if before is not None:
        return before
    giver, taker = _locked(session, actor, screening, person_id)
    session.refresh(screening)  # what was done while this waited for the locks
    if screening.person_id != giver.person_id or giver.person_id == taker.person_id:
        raise MoveNotAllowed("moved meanwhile, or not to somebody else")
    _insist_on_movable(session, screening, giver.key)
    if merging.merges_of(session, person_ids=[giver.person_id, taker.person_id]):
        raise MoveNotAllowed("one of the records was joined with another")
    problems = problems_with(words, reason=reason, reasons=WrongRecord)
    if problems:
        raise InputRefused(problems)
    Relocation(session, screening.id, giver, taker, actor, at).run()
    _keep(session, actor, screening, (giver, taker), [reason, words.strip()], at)
    return giver.person_id


def _screening(session: Session, screening_id: UUID) -> Screening:
    screening = session.get(Screening, screening_id)
    if screening is None:
        raise RecordNotFound("no such screening")
    return screening


def _moved_before(
    session: Session, actor: Actor, screening: Screening, person_id: UUID
) -> UUID | None:
    """Where it came from, if the same person moved it there just now."""
    if screening.person_id != person_id:
        return None
    return session.scalar(
        select(MovedScreening.from_id)
        .where(
            MovedScreening.screening_id == screening.id,
            MovedScreening.person_id == person_id,
            MovedScreening.moved_by == actor.account_id,
        )
        .order_by(MovedScreening.moved_at.desc(), MovedScreening.id.desc())
        .limit(1)
    )


def _locked(
    session: Session, actor: Actor, screening: Screening, person_id: UUID
) -> tuple[Side, Side]:
    """Both records, in one order for everybody, and only then who may: a case may have been
    given away while this waited."""
    from_id = screening.person_id
    found = {}
    for each in sorted({from_id, person_id}):
        found[each] = vault.locked_person_with_key(session, person_id=each)
    giver, taker = found[from_id], found[person_id]
    if giver is None or taker is None:
        raise RecordNotFound("no such person, or erased")
    access.require(actor, Permission.SCREENING_MOVE, record_of(session, giver[0]))
    access.require(actor, Permission.SCREENING_RECEIVE, Record(taker[0]))
    return Side(from_id, giver[1]), Side(person_id, taker[1])


def _insist_on_movable(session: Session, screening: Screening, key: bytes) -> None:
    """What is struck out, has a second copy, belongs to care or is not whole stays."""
    payload = unpack(vault.opened(key, screening, "payload"))
    waits = select(PaperForm.id).where(
        PaperForm.window_id == screening.window_id,
        PaperForm.closed_at.is_(None),
        exists().where(PaperEntry.form_id == PaperForm.id),
    )
    stays = (
        payload.part_of is not None
        or screening.phase is Phase.CARE
        or any(
            session.scalar(select(exists().where(table.screening_id == screening.id)))
            for table in (EnteredInError, ConflictCopy)
        )
        or (screening.origin is Origin.PAPER and session.scalar(waits.limit(1)) is not None)
    )
    if stays:
        raise MoveNotAllowed("these must stay where they are")


def _keep(
    session: Session,
    actor: Actor,
    screening: Screening,
    sides: tuple[Side, Side],
    said: list[str],
    at: datetime,
) -> None:
    """Why it was moved, in the trail of both, and both are told."""
    giver, taker = sides
    moved = MovedScreening(
        id=new_key(),
        screening_id=screening.id,
        person_id=taker.person_id,
        from_id=giver.person_id,
        moved_at=at,
        moved_by=actor.account_id,
    )
    moved.reason = vault.sealed(taker.key, moved, "reason", said, size=SIZE)
    session.add(moved)
    for side in sides:
        trail.record(
            session,
            by=actor,
            act=Act.SCREENING_MOVED,
            at=at,
            person_id=side.person_id,
            subject=screening,
        )
        told_letters.write_to_person(session, person_id=side.person_id, key=side.key, at=at)
