"""How the site itself is doing, in counts and moments: for operators, who may see no record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.doors import Invitation
from models.tables.letters import JobLease, Letter
from models.tables.lifecycle import BackupRun
from models.vocabulary import AlertStatus, LetterKind


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


def _letters(session: Session, at: datetime) -> tuple[int, datetime | None]:
    """Letters that should have left, and since when the oldest one should have."""
    count, oldest = session.execute(
        select(func.count(), func.min(func.coalesce(Invitation.confirmed_at, Letter.written_at)))
        .select_from(Letter)
        .outerjoin(Alert, Alert.id == Letter.alert_id)
        .outerjoin(Invitation, Invitation.id == Letter.invitation_id)
        .where(Letter.sent_at.is_(None), _is_still_needed(at))
    ).one()
    return count, oldest


def _is_still_needed(at: datetime) -> ColumnElement[bool]:
    """The same letters that the job sends, see `nudges.letters_waiting`; a test compares them."""
    opens = and_(
        Invitation.confirmed_at.is_not(None),
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    return or_(
        Alert.status == AlertStatus.RAISED,
        Letter.kind == LetterKind.NOTICE,
        and_(Letter.kind == LetterKind.INVITATION, opens),
    )
