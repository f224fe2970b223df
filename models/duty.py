"""Who would see a critical answer now: the duty roster, the clinic leads, the crisis contacts.

Both the door that raises alerts and the page that shows gaps ask the same `Watch`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.tables.accounts import Account, Post
from models.tables.places import CrisisContact, DutyRoster, Unit
from models.vocabulary import Role

CLINICAL = (Role.CLINICIAN, Role.CLINIC_LEAD)


@dataclass(frozen=True, slots=True)
class Watch:
    """For unit paths: the account on duty, the clinic lead, and where contacts are set.

    An entry holds for its unit and all below it; the nearest one counts.
    """

    duty: Mapping[str, UUID]
    leads: Mapping[str, UUID]
    contacts: frozenset[str]

    def on_duty(self, unit: Unit) -> UUID | None:
        return _nearest(self.duty, unit)

    def lead(self, unit: Unit) -> UUID | None:
        return _nearest(self.leads, unit)

    def human_for(self, unit: Unit) -> UUID | None:
        """The clinician on duty, else the clinic lead, who is the standing fallback."""
        return self.on_duty(unit) or self.lead(unit)

    def is_reachable(self, unit: Unit) -> bool:
        """Could a critical answer reach a human, and the person a contact? If not, no form
        with a critical item is offered: the gap is shown instead."""
        return self.human_for(unit) is not None and any(path in self.contacts for path in unit.line)


def watch(session: Session, *, paths: Collection[str], language: str, at: datetime) -> Watch:
    """What holds at this moment on these paths. Three queries, however many paths.

    A duty entry counts only while its account can sign in and holds a clinical Post: a roster
    that names somebody who has left is a hole, and must be seen as one.
    """
    duty = session.execute(
        select(Unit.path, DutyRoster.account_id)
        .join(Unit, Unit.id == DutyRoster.unit_id)
        .join(Account, Account.id == DutyRoster.account_id)
        .where(
            Unit.path.in_(paths),
            DutyRoster.from_at <= at,
            or_(DutyRoster.until_at.is_(None), DutyRoster.until_at > at),
            Account.disabled_at.is_(None),
            _holds_clinical_post(at.date()),
        )
        .order_by(DutyRoster.from_at, DutyRoster.id)
    )
    leads = session.execute(
        select(Unit.path, Account.id)
        .join(Post, Post.unit_id == Unit.id)
        .join(Account, Account.id == Post.account_id)
        .where(
            Unit.path.in_(paths),
            Account.disabled_at.is_(None),
            Post.role == Role.CLINIC_LEAD,
            _is_held(at.date()),
        )
        .order_by(Post.from_day.desc(), Account.id.desc())
    )
    contacts = session.scalars(
        select(Unit.path)
        .join(CrisisContact, CrisisContact.unit_id == Unit.id)
        .where(Unit.path.in_(paths), CrisisContact.language == language)
    )
    return Watch(dict(duty.tuples().all()), dict(leads.tuples().all()), frozenset(contacts))


def watch_for(session: Session, *, unit: Unit, language: str, at: datetime) -> Watch:
    """The watch over one unit."""
    return watch(session, paths=unit.line, language=language, at=at)


def _nearest(entries: Mapping[str, UUID], unit: Unit) -> UUID | None:
    return next((entries[path] for path in reversed(unit.line) if path in entries), None)


def _is_held(on: date) -> ColumnElement[bool]:
    return (Post.from_day <= on) & or_(Post.until_day.is_(None), Post.until_day >= on)


def _holds_clinical_post(on: date) -> ColumnElement[bool]:
    return (
        select(Post.id)
        .where(
            Post.account_id == DutyRoster.account_id,
            Post.role.in_(CLINICAL),
            _is_held(on),
        )
        .exists()
    )
