"""Changes of a programme: asked for by one person, looked at and confirmed by another."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models import rulebook, trail
from models.base import new_key
from models.programmes import Programme
from models.programmes.checking import problems_of
from models.programmes.comparing import Kind, is_same, kind_of
from models.programmes.writing import write
from models.tables.places import Unit
from models.tables.programmes import SiteProgramme
from models.vocabulary import Act
from welfare.errors import AccessDenied, ChangedMeanwhile, InputRefused, MoveNotAllowed
from welfare.policies import access
from welfare.policies import programme_changes as rules
from welfare.policies.actor import Actor
from welfare.policies.appointing import is_console
from welfare.policies.permissions import Permission
from welfare.policies.programme_changes import Proposed, State
from welfare.policies.programme_versions import Version, found, rows_of, versions_of


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A version beside the one it was made from, and what may be said to it."""

    proposed: Proposed
    version: Version
    may_confirm: bool
    may_refuse: bool
    may_count: bool

    @property
    def counts_matter(self) -> bool:
        """Is there anything to find in old answers: does it change who is asked what?"""
        return self.proposed.kind is Kind.CARE and self.version.state is State.WAITING


def propose(
    session: Session, *, actor: Actor, base: str, draft: Programme, at: datetime
) -> SiteProgramme:
    """Write a version that waits for a second person. `base`: the name of what it was made from.

    With the code of an own programme it becomes that one's next version, with a free code the
    first of a new one. Raises InputRefused by key, ChangedMeanwhile if `base` is not the newest.
    """
    old = found(session, base.partition("/")[0], None)
    permission = rules.PROPOSING[kind_of(old, draft)]
    rules.root_of(session, actor, permission)
    if old.name != base:
        raise ChangedMeanwhile("a newer version is in force")
    version = _next_version(session, actor, old, draft)
    made = replace(draft, version=str(version), made_from=old.name)
    problems = {key: problem for key, problem in reversed(list(problems_of(made)))}
    if not problems and draft.code == old.code and is_same(old, made):
        problems = {"page": "nothing_changed"}
    if problems:
        raise InputRefused(problems)
    row = SiteProgramme(
        id=new_key(),
        code=made.code,
        version=made.version,
        text=write(made),
        made_at=at,
        made_by=None if is_console(actor) else actor.account_id,
    )
    session.add(row)
    trail.record(session, by=actor, act=Act.PROGRAMME_PROPOSED, at=at, subject=row)
    return row


def show_change(session: Session, *, actor: Actor, change_id: UUID, at: datetime) -> ChangeShown:
    root = rules.root_of(session, actor, Permission.PROGRAMME_READ)
    proposed = rules.find_change(session, actor, change_id)
    row = proposed.row
    trail.record_read(
        session, by=actor, act=Act.PROGRAMME_READ, at=at, person_ids=[None], subject=row
    )
    return ChangeShown(
        proposed=proposed,
        version=versions_of(session, [row])[0],
        may_confirm=rules.may_confirm(actor, root, proposed),
        may_refuse=rules.may_refuse(actor, root, proposed),
        may_count=access.allows(actor, Permission.PROGRAMME_COUNT_LOSSES, root),
    )


def confirm(session: Session, *, actor: Actor, change_id: UUID, at: datetime) -> SiteProgramme:
    """The second person's yes: from now on it is the newest version. What was planned stays.

    Raises MoveNotAllowed if it is decided, AccessDenied for whoever may not be the second.
    """
    root, proposed = _to_decide(session, actor, change_id)
    if not rules.may_confirm(actor, root, proposed):
        raise AccessDenied("a second person must do this")
    row = proposed.row
    if proposed.old.code == row.code and proposed.old != rulebook.newest(session, row.code):
        raise ChangedMeanwhile("a newer version is in force")
    row.confirmed_at, row.confirmed_by = at, actor.account_id
    trail.record(session, by=actor, act=Act.PROGRAMME_CONFIRMED, at=at, subject=row)
    return row


def refuse(session: Session, *, actor: Actor, change_id: UUID, at: datetime) -> SiteProgramme:
    """It never comes into force. Whoever asked for it may take it back like this."""
    root, proposed = _to_decide(session, actor, change_id)
    if not rules.may_refuse(actor, root, proposed):
        raise AccessDenied("not theirs to refuse")
    row = proposed.row
    row.refused_at, row.refused_by = at, actor.account_id
    trail.record(session, by=actor, act=Act.PROGRAMME_REFUSED, at=at, subject=row)
    return row


def _to_decide(session: Session, actor: Actor, change_id: UUID) -> tuple[Unit, Proposed]:
    """Who is asked first: a stranger must not learn a status from an error."""
    root = rules.root_of(session, actor, Permission.PROGRAMME_READ)
    proposed = rules.find_change(session, actor, change_id, lock=True)
    if rules.state_of(proposed.row) is not State.WAITING:
        raise MoveNotAllowed("decided already")
    return root, proposed


def _next_version(session: Session, actor: Actor, old: Programme, draft: Programme) -> int:
    """Numbers of versions that were refused are not used again."""
    if draft.code != old.code:
        if not rules.is_free(session, draft.code):
            raise InputRefused({"code": "taken"})
        return 1
    if draft.code not in rules.of_own_units(session, actor):
        raise InputRefused({"code": "taken"})
    rows = rows_of(session, code=draft.code)
    if any(rules.state_of(row) is State.WAITING for row in rows):
        raise InputRefused({"page": "another_waits"})
    return 1 + max(int(row.version) for row in rows)
