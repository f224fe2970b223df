"""Changes of a site's own programmes: whose they are, who may ask for one, and who the second is.

Which kind a change is, is worked out from the two programmes, never taken from a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models import rulebook
from models.programmes import Programme, codes, read
from models.programmes.comparing import Kind, kind_of
from models.tables.accounts import Post
from models.tables.places import Unit
from models.tables.programmes import Contingent, SiteProgramme
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.appointing import is_console
from welfare.policies.permissions import Permission

PROPOSING: Mapping[Kind, Permission] = {
    Kind.WINDOWS: Permission.PROGRAMME_PROPOSE_WINDOWS,
    Kind.CARE: Permission.PROGRAMME_PROPOSE_CARE,
}
CONFIRMING: Mapping[Kind, Permission] = {
    Kind.WINDOWS: Permission.PROGRAMME_CONFIRM_WINDOWS,
    Kind.CARE: Permission.PROGRAMME_CONFIRM_CARE,
}


class State(StrEnum):
    WAITING = "waiting"
    IN_FORCE = "in_force"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One version that somebody wrote, beside the one it was made from."""

    row: SiteProgramme
    old: Programme
    new: Programme

    @property
    def kind(self) -> Kind:
        return kind_of(self.old, self.new)


def state_of(row: SiteProgramme) -> State:
    if row.refused_at is not None:
        return State.REFUSED
    return State.WAITING if row.confirmed_at is None else State.IN_FORCE


def root_of(session: Session, actor: Actor, permission: Permission) -> Unit:
    """The contingent that the actor leads as a whole. Programmes are never a company's own."""
    is_contingent = exists().where(Contingent.unit_id == Unit.id)
    root = session.scalar(
        select(Unit).where(
            Unit.path == actor.unit_path, or_(Unit.parent_id.is_(None), is_contingent)
        )
    )
    if root is None:
        raise AccessDenied("not of a whole contingent")
    access.require(actor, permission, root)
    return root


def of_own_units(session: Session, actor: Actor) -> set[str]:
    """Codes of the programmes that the actor's contingent may change: written by somebody of it,
    and followed by no other contingent."""
    ours = select(Post.account_id).where(
        Post.unit_id.in_(select(Unit.id).where(access.visible(actor, Permission.PROGRAMME_READ)))
    )
    written = session.scalars(
        select(SiteProgramme.code).where(
            or_(SiteProgramme.made_by.is_(None), SiteProgramme.made_by.in_(ours))
        )
    )
    elsewhere = session.scalars(
        select(Contingent.programme)
        .join(Unit, Unit.id == Contingent.unit_id)
        .where(~access.visible(actor, Permission.PROGRAMME_READ))
    )
    return set(written) - set(elsewhere)


def find_change(session: Session, actor: Actor, change_id: UUID, *, lock: bool = False) -> Proposed:
    """A version of the own contingent, in whatever state. Raises RecordNotFound."""
    row = session.get(SiteProgramme, change_id, with_for_update=lock, populate_existing=True)
    if row is None or row.code not in of_own_units(session, actor):
        raise RecordNotFound("no such change")
    new = read(row.text, file=row.code)
    return Proposed(row, _made_from(session, new), new)


def may_confirm(actor: Actor, root: Unit, proposed: Proposed) -> bool:
    """Never who asked for it. At the console there is no second person, but no care either."""
    is_other = is_console(actor) or proposed.row.made_by != actor.account_id
    is_waiting = state_of(proposed.row) is State.WAITING
    return is_waiting and is_other and access.allows(actor, CONFIRMING[proposed.kind], root)


def may_refuse(actor: Actor, root: Unit, proposed: Proposed) -> bool:
    """Who may confirm it, and who asked for it."""
    is_own = state_of(proposed.row) is State.WAITING and proposed.row.made_by == actor.account_id
    return is_own or may_confirm(actor, root, proposed)


def is_free(session: Session, code: str) -> bool:
    """Has no preset and no version of a site's programme this code?"""
    found = select(SiteProgramme.id).where(SiteProgramme.code == code).limit(1)
    return code not in codes() and session.scalar(found) is None


def _made_from(session: Session, programme: Programme) -> Programme:
    return rulebook.named(session, programme.made_from)
