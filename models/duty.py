"""Who would see a critical answer now: the duty roster, the clinic leads, the crisis contacts.

Both the door that raises alerts and the page that shows gaps ask the same `Watch`. A Post counts
once it is confirmed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from models.tables.accounts import Account, Post
from models.tables.places import CrisisContact, DutyRoster, Unit
from models.vocabulary import Role

CLINICAL = (Role.CLINICIAN, Role.CLINIC_LEAD)

IN_PATHS = Unit.path.in_(bindparam("paths", expanding=True))
AT: BindParameter[datetime] = bindparam("at")
HELD_TODAY = and_(
    Post.confirmed_at.is_not(None),
    Post.from_day <= bindparam("today"),
    or_(Post.until_day.is_(None), Post.until_day >= bindparam("today")),
)
# Asked with every answer above a cut-point and every page of a form, so they are built once.
ON_DUTY = (
    select(Unit.path, DutyRoster.account_id, Account.person_id)
    .join(Unit, Unit.id == DutyRoster.unit_id)
    .join(Account, Account.id == DutyRoster.account_id)
    .where(
        IN_PATHS,
        DutyRoster.from_at <= AT,
        or_(DutyRoster.until_at.is_(None), DutyRoster.until_at > AT),
        Account.disabled_at.is_(None),
        select(Post.id)
        .where(Post.account_id == DutyRoster.account_id, Post.role.in_(CLINICAL), HELD_TODAY)
        .exists(),
    )
    .order_by(DutyRoster.from_at.desc(), DutyRoster.id.desc())
)
LEADS = (
    select(Unit.path, Account.id, Account.person_id)
    .join(Post, Post.unit_id == Unit.id)
    .join(Account, Account.id == Post.account_id)
    .where(
        IN_PATHS,
        Account.disabled_at.is_(None),
        Post.role == Role.CLINIC_LEAD,
        HELD_TODAY,
    )
    .order_by(Post.from_day, Account.id)
)
# In any language: help in another one is better than none, and a page in another language must
# not make a contingent one that nobody may ask.
CONTACTS = select(Unit.path).join(CrisisContact, CrisisContact.unit_id == Unit.id).where(IN_PATHS)


class Human(NamedTuple):
    """A clinician: the account that acts, and the person, who never cares for themselves."""

    account: UUID
    person: UUID


@dataclass(frozen=True, slots=True)
class Watch:
    """For unit paths: who is on duty, who leads (the best first), and where contacts are set.

    An entry holds for its unit and all below it; the nearest one counts. `not_person` is whom
    the question is about: nobody is given their own alert.
    """

    duty: Mapping[str, Sequence[Human]]
    leads: Mapping[str, Sequence[Human]]
    contacts: frozenset[str]

    def on_duty(self, unit: Unit, *, not_person: UUID | None = None) -> UUID | None:
        return _nearest(self.duty, unit, not_person)

    def lead(self, unit: Unit, *, not_person: UUID | None = None) -> UUID | None:
        return _nearest(self.leads, unit, not_person)

    def human_for(self, unit: Unit, *, not_person: UUID | None = None) -> UUID | None:
        """The clinician on duty, else the clinic lead, who is the standing fallback."""
        on_duty = self.on_duty(unit, not_person=not_person)
        return on_duty or self.lead(unit, not_person=not_person)

    def is_reachable(self, unit: Unit, *, not_person: UUID | None = None) -> bool:
        """Could a critical answer reach a human, and the person a contact? If not, no form
        with a critical item is offered: the gap is shown instead."""
        human = self.human_for(unit, not_person=not_person)
        return human is not None and any(path in self.contacts for path in unit.line)


def watch(session: Session, *, paths: Collection[str], at: datetime) -> Watch:
    """What holds at this moment on these paths. Three queries, however many paths.

    A duty entry counts only while its account can sign in and holds a clinical Post: a roster
    that names somebody who has left is a hole, and must be seen as one. Of two entries for a
    unit the one that began later counts; of two leads the one who has held the Post longest.
    """
    asked = {"paths": list(paths), "at": at, "today": at.date()}
    connection = session.connection()  # figures, not objects: the session has nothing to track
    return Watch(
        duty=_by_path(connection.execute(ON_DUTY, asked)),
        leads=_by_path(connection.execute(LEADS, asked)),
        contacts=frozenset(connection.scalars(CONTACTS, asked)),
    )


def watch_for(session: Session, *, unit: Unit, at: datetime) -> Watch:
    """The watch over one unit."""
    return watch(session, paths=unit.line, at=at)


def _by_path(rows: Iterable[tuple[str, UUID, UUID]]) -> dict[str, list[Human]]:
    found: dict[str, list[Human]] = {}
    for path, account, person in rows:
        found.setdefault(path, []).append(Human(account, person))
    return found


def _nearest(
    entries: Mapping[str, Sequence[Human]], unit: Unit, not_person: UUID | None
) -> UUID | None:
    return next(
        (
            human.account
            for path in reversed(unit.line)
            for human in entries.get(path, ())
            if human.person != not_person
        ),
        None,
    )
