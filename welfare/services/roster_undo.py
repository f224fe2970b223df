"""An import afterwards: what it came to, what could be taken back, and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models import trail
from models.tables.rosters import RosterImport
from models.vocabulary import Act, RosterKind
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.roster_undoing import Stays, Touched, look_at, take_back


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking an import back would come to. `staying`: line of the file, and why."""

    roster: RosterImport
    removable: int
    restorable: int
    staying: tuple[tuple[int, Stays], ...]


def read_import(session: Session, *, actor: Actor, import_id: UUID, at: datetime) -> Undoing:
    roster = _find(session, actor, import_id)
    found = [] if roster.undone_at else look_at(session, roster=roster, today=at.date())
    trail.record_read(
        session, by=actor, act=Act.ROSTER_READ, at=at, person_ids=[None], subject=roster
    )
    return _undoing(roster, found)


def root_of_import(session: Session, *, import_id: UUID) -> str:
    """The path of the contingent that an import belongs to, for commands."""
    roster = session.get(RosterImport, import_id)
    if roster is None:
        raise RecordNotFound("no such import")
    return roster.unit.line[0]


def undo_import(
    session: Session, *, actor: Actor, import_id: UUID, even_so: bool = False, at: datetime
) -> Undoing:
    """Take an import back. Where something has to stay, only `even_so`: then the rest goes.

    Raises InputRefused, and MoveNotAllowed for one that was taken back before.
    """
    roster = _find(session, actor, import_id, lock=True)
    if roster.undone_at is not None:
        raise MoveNotAllowed("this import was taken back already")
    found = look_at(session, roster=roster, today=at.date(), lock=True)
    undoing = _undoing(roster, found)
    if undoing.staying and not even_so:
        raise InputRefused({"even_so": "some_stay"})
    leaving = [each for each in found if each.stays is None]
    _tell(session, actor, leaving, at)
    take_back(session, touched=leaving, by=actor.account_id, at=at)
    roster.undone_at, roster.undone_by = at, actor.account_id
    trail.record(session, by=actor, act=Act.ROSTER_UNDONE, at=at, subject=roster)
    return undoing


def _tell(session: Session, actor: Actor, leaving: list[Touched], at: datetime) -> None:
    """One event for each person: that they are gone, or changed back."""
    signed: dict[str, Any] = {"by": actor, "at": at}
    gone = [each.person.id for each in leaving if each.change.kind is RosterKind.NEW]
    back = [each.person.id for each in leaving if each.change.kind is RosterKind.CHANGED]
    trail.record_each(session, act=Act.PERSON_ERASED, person_ids=gone, **signed)
    trail.record_each(session, act=Act.PERSON_CHANGED, person_ids=back, **signed)


def _undoing(roster: RosterImport, found: list[Touched]) -> Undoing:
    leaving = [each.change.kind for each in found if each.stays is None]
    return Undoing(
        roster=roster,
        removable=leaving.count(RosterKind.NEW),
        restorable=leaving.count(RosterKind.CHANGED),
        staying=tuple((each.change.line, each.stays) for each in found if each.stays),
    )


def _find(session: Session, actor: Actor, import_id: UUID, *, lock: bool = False) -> RosterImport:
    """With `lock`, two who take back the same import come one after the other."""
    options: dict[str, Any] = {"with_for_update": {"of": RosterImport}} if lock else {}
    roster = session.get(RosterImport, import_id, **options)
    if roster is None:
        raise RecordNotFound("no such import")
    access.require(actor, Permission.ROSTER_IMPORT, roster.unit)
    return roster
