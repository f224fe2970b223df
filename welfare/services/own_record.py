"""What a member sees of the own record: past results, and everyone who opened it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.early_parts import is_repeated
from models.instruments.payload import Payload, unpack
from models.tables.interviews import Certification
from models.tables.paper import EnteredInError
from models.tables.people import Person
from models.tables.screenings import Screening
from models.vocabulary import Act, Phase
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.happenings import Happenings, read_happenings
from welfare.policies.permissions import Permission
from welfare.policies.reading_log import Reading, list_readings

READINGS = (
    Act.RECORD_READ,
    Act.RECORD_SUMMARISED,
    Act.LIST_READ,
    Act.ACCOUNT_READ,
    Act.ROSTER_READ,
    Act.PERSON_CHANGED,
    Act.PEOPLE_MERGED,
    Act.PEOPLE_PARTED,
    Act.INVITATION_MADE,
    Act.WINDOW_LINK_MADE,
    Act.ALERT_ACKNOWLEDGED,
    Act.CONTACT_RECORDED,
    Act.ALERT_CLOSED,
    Act.NOTE_SIGNED,
    Act.MEASURE_ASSIGNED,
    Act.MEASURE_ENDED,
    Act.GLASS_BROKEN,
    Act.GLASS_REVIEWED,
    Act.RECORD_SHUT,
    Act.RECORD_UNSHUT,
    Act.COMMAND_TOLD,
    Act.QUESTION_REPLIED,
    Act.PLAN_SIGNED,
    Act.APPOINTMENT_MADE,
    Act.APPOINTMENT_MOVED,
    Act.APPOINTMENT_CANCELLED,
    Act.APPOINTMENT_RECORDED,
    Act.SITE_READ,
    Act.DEPLOYMENT_RECORDED,
    Act.DEPLOYMENT_CHANGED,
    Act.INCIDENT_RECORDED,
    Act.COMPLETION_READ,
    Act.SCREENING_CERTIFIED,
    Act.SCREENING_IN_ERROR,
    Act.SCREENING_MOVED,
    Act.PAPER_PRINTED,
    Act.PAPER_KEYED,
    Act.MESSAGE_READ,
    Act.MESSAGE_REPLIED,
    Act.MESSAGE_SETTLED,
    Act.MESSAGE_TAKEN,
    Act.WINDOW_SET_ASIDE,
    Act.CONSENT_GIVEN,
    Act.CONSENT_WITHDRAWN,
    Act.REFERRAL_CREATED,
    Act.REFERRAL_WITHOUT_CONSENT,
    Act.REFERRAL_READ,
    Act.REFERRAL_ACCEPTED,
    Act.REFERRAL_REJECTED,
    Act.REFERRAL_CHANGED,
    Act.REFERRAL_FINISHED,
    Act.REFERRAL_WITHDRAWN,
)


@dataclass(frozen=True, slots=True)
class PastScreening:
    id: UUID
    day: date
    phase: Phase
    payload: Payload
    interview_on: date | None = None
    mistake_on: date | None = None  # entered in error: it is shown and does not count
    mistake_by: str = ""


@dataclass(frozen=True, slots=True)
class History:
    screenings: tuple[PastScreening, ...]
    happenings: Happenings


def read_history(session: Session, *, actor: Actor, at: datetime) -> History:
    """All own screenings, oldest first, and own deployments. Reading them is recorded."""
    person, key = _me(session, actor)
    found = session.execute(
        select(Screening, Certification, EnteredInError)
        .outerjoin(Certification, Certification.screening_id == Screening.id)
        .outerjoin(EnteredInError, EnteredInError.screening_id == Screening.id)
        .where(Screening.person_id == person.id)
        .order_by(Screening.day, Screening.id)
    ).all()
    trail.record_read(
        session,
        by=actor,
        act=Act.OWN_RECORD_READ,
        at=at,
        person_ids=[person.id],
        subject=person,
    )
    names = _names(session, [mark for *_, mark in found if mark is not None])
    past = [_past(screening, talk, mark, names, key) for screening, talk, mark in found]
    wholes = {
        screening.window_id: each.payload for (screening, *_), each in zip(found, past, strict=True)
    }
    return History(
        screenings=tuple(each for each in past if not is_repeated(each.payload, wholes)),
        happenings=read_happenings(session, person_id=person.id, key=key),
    )


def list_readers(session: Session, *, actor: Actor, at: datetime) -> Sequence[Reading]:
    """Everyone else who opened or worked on the own record, newest first, by day, and why; what
    waits with a second person's yes is added when its time comes, under its true day."""
    person, key = _me(session, actor)
    return list_readings(
        session,
        person_id=person.id,
        own_account=actor.account_id,
        key=key,
        acts=READINGS,
        at=at,
    )


def _names(session: Session, marks: Sequence[EnteredInError]) -> Mapping[UUID, str]:
    """Of those who struck a screening out; asked only if somebody did."""
    acting = {mark.marked_by for mark in marks}
    return vault.names_of(session, account_ids=acting) if acting else {}


def _past(
    screening: Screening,
    talk: Certification | None,
    mark: EnteredInError | None,
    names: Mapping[UUID, str],
    key: bytes,
) -> PastScreening:
    return PastScreening(
        screening.id,
        screening.day,
        screening.phase,
        unpack(vault.opened(key, screening, "payload")),
        date.fromisoformat(vault.opened(key, talk, "content")[0]) if talk else None,
        mark.marked_at.date() if mark else None,
        names.get(mark.marked_by, "") if mark else "",
    )


def _me(session: Session, actor: Actor) -> tuple[Person, bytes]:
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.OWN_RECORD_READ, found[0])
    return found
