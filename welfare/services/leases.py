"""Leases: one worker at a time runs a job; a crashed worker's lease runs out by itself."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.letters import JobLease


def take_lease(session: Session, *, name: str, holder: UUID, span: timedelta, at: datetime) -> bool:
    """True if the holder may run the job until `at + span`. Commit before running it."""
    lease = session.scalar(select(JobLease).where(JobLease.name == name).with_for_update())
    if lease is None:
        session.add(JobLease(name=name, holder=holder, until_at=at + span))
        session.flush()
        return True
    if lease.holder != holder and lease.until_at > at:
        return False
    lease.holder, lease.until_at = holder, at + span
    return True


def give_back(session: Session, *, name: str, holder: UUID, at: datetime) -> None:
    """The holder stops: the next worker need not wait for the lease to run out."""
    lease = session.scalar(select(JobLease).where(JobLease.name == name).with_for_update())
    if lease is not None and lease.holder == holder:
        lease.until_at = at
