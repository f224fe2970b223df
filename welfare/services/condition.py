"""How the site itself is doing, in counts and moments: for operators, who may see no record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from models.base import new_key
from models.duty import watch
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.doors import Invitation
from models.tables.letters import JobLease, Letter
from models.tables.lifecycle import BackupRun
from models.tables.people import Person
from models.tables.places import Unit
from models.vocabulary import AlertStatus, LetterKind
from welfare.policies.quiet_hours import at_night, night, that_can_wait
from welfare.policies.unreviewed import units_without_reviewer
from welfare.policies.waiting_letters import is_still_needed

LETTER_MAY_WAIT = timedelta(minutes=5)
LEASE_MAY_LAPSE = timedelta(minutes=1)


class Trouble(StrEnum):
    """What keeps an alert, or a review, from reaching a human, the worst first."""

    JOBS_STOPPED = "jobs_stopped"
    LETTERS_WAITING = "letters_waiting"
    NOBODY_ON_DUTY = "nobody_on_duty"
    NOBODY_TO_REVIEW = "nobody_to_review"


# Texts may have no way to leave; and one member's dead address is no dead mail.
NOT_OF_STAFF = (LetterKind.TEXT, LetterKind.APPOINTMENT)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands between an alert and a human, site-wide. `gaps`: paths of units where nobody
    could be reached. `oldest_letter_at`: since when the oldest letter should have left.
    `unreviewed`: paths of units where an opening in an emergency waits for a second person, and
    there is none."""

    lease_until: datetime | None
    oldest_letter_at: datetime | None
    gaps: frozenset[str]
    unreviewed: frozenset[str]

    def troubles(self, *, watching_since: datetime, at: datetime) -> Mapping[Trouble, datetime]:
        """What is wrong and since when, the worst first; of gaps nobody knows since when.

        A process that has just begun to watch gives the jobs a minute to begin.
        """
        stopped = self.lease_until or watching_since
        found = {}
        if at - max(stopped, watching_since) > LEASE_MAY_LAPSE:
            found[Trouble.JOBS_STOPPED] = stopped
        if self.oldest_letter_at is not None and at - self.oldest_letter_at > LETTER_MAY_WAIT:
            found[Trouble.LETTERS_WAITING] = self.oldest_letter_at
        if self.gaps:
            found[Trouble.NOBODY_ON_DUTY] = at
        if self.unreviewed:
            found[Trouble.NOBODY_TO_REVIEW] = at
        return found


@dataclass(frozen=True, slots=True)
class Condition:
    """Nothing here tells whose, which unit's, or about what. None means: never, or none."""

    letters_waiting: int
    oldest_letter_at: datetime | None
    alerts_past_due: int
    lease_until: datetime | None
    newest_event_at: datetime | None
    backup_verified_at: datetime | None


def read_condition(session: Session, *, job: str, at: datetime) -> Condition:
    """`job` names the lease that must never be without a holder."""
    waiting, oldest = _letters(session, at)
    past_due = session.scalar(
        select(func.count())
        .select_from(Alert)
        .where(Alert.status == AlertStatus.RAISED, Alert.due_at < at)
    )
    return Condition(
        letters_waiting=waiting,
        oldest_letter_at=oldest,
        alerts_past_due=past_due or 0,
        lease_until=lease_until(session, job=job),
        newest_event_at=newest_event_at(session),
        backup_verified_at=backup_verified_at(session),
    )


def read_standing(session: Session, *, job: str, at: datetime) -> Standing:
    """Eight queries, however many people, letters and units there are. `job`: as above."""
    _, oldest = _letters(session, at)
    return Standing(
        lease_until=lease_until(session, job=job),
        oldest_letter_at=oldest,
        gaps=_gaps(session, at),
        unreviewed=frozenset(units_without_reviewer(session, today=at.date())),
    )


def lease_until(session: Session, *, job: str) -> datetime | None:
    """Until when a worker has said that it does this job; moments ago it was alive."""
    return session.scalar(select(JobLease.until_at).where(JobLease.name == job))


def newest_event_at(session: Session) -> datetime | None:
    """When the trail's newest event was written, by the clock of then."""
    return session.scalar(select(func.max(AuditEvent.at)))


def backup_verified_at(session: Session) -> datetime | None:
    """When a backup last passed its own restore; of a backup made earlier, the same."""
    return session.scalar(select(func.max(BackupRun.verified_at)))


def server_clock(session: Session) -> datetime | None:
    """The clock of a database server; None where the database has no clock of its own."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    return session.scalar(select(func.clock_timestamp()))


def try_writing(session: Session, *, at: datetime) -> None:
    """Write a row that nobody else will see: the caller undoes it. Raises what the database
    says where it takes no changes; asking for the write lock alone does not tell."""
    probe = new_key()
    session.add(JobLease(name=f"probe-{probe.hex}", holder=probe, until_at=at))
    session.flush()


def _gaps(session: Session, at: datetime) -> frozenset[str]:
    """Units with anybody in them, where an alert would reach no human, or the person no number."""
    inhabited = exists().where(Person.unit_id == Unit.id)
    units = session.scalars(select(Unit).where(inhabited).order_by(Unit.path)).all()
    holds = watch(session, paths={path for unit in units for path in unit.line}, at=at)
    return frozenset(unit.path for unit in units if not holds.is_reachable(unit))


def _letters(session: Session, at: datetime) -> tuple[int, datetime | None]:
    """Letters that should have left, and since when the oldest one should have.

    Not what waits for the end of quiet hours, nor what they have only just let go.
    """
    now = night(session, at, at - LETTER_MAY_WAIT)
    count, oldest = session.execute(
        select(func.count(), func.min(func.coalesce(Invitation.confirmed_at, Letter.written_at)))
        .select_from(Letter)
        .outerjoin(Alert, Alert.id == Letter.alert_id)
        .outerjoin(Invitation, Invitation.id == Letter.invitation_id)
        .where(Letter.sent_at.is_(None), is_still_needed(at), Letter.kind.not_in(NOT_OF_STAFF))
        .where(or_(~that_can_wait(), ~at_night(Letter.recipient_id, now)))
    ).one()
    return count, oldest
