"""Programmes: the presets, what a site wrote itself, and changes that wait for a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rulebook, trail
from models.programmes import Programme, codes, load, read
from models.tables.places import Unit
from models.tables.programmes import Contingent, SiteProgramme
from models.vocabulary import Act
from welfare.errors import AccessDenied
from welfare.policies import access
from welfare.policies import programme_changes as rules
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.programme_changes import State
from welfare.policies.programme_versions import Version, found, rows_of, versions_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a programme in its newest version, and which own units follow it."""

    programme: Programme
    is_preset: bool
    followers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    entries: tuple[Entry, ...]
    waiting: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One programme as a page shows it. `is_own`: it can be changed here; else a copy is made."""

    entry: Entry
    versions: tuple[Version, ...]
    is_own: bool
    is_newest: bool
    waiting: SiteProgramme | None
    may_change_windows: bool
    may_change_care: bool


def list_programmes(session: Session, *, actor: Actor, default: str, at: datetime) -> Shelf:
    """All that are in force, and the own ones that wait. `default`: what units without a choice
    follow."""
    _require_reading(actor)
    rows = rows_of(session)
    own = rules.of_own_units(session, actor)
    newest = _newest(rows)
    followers = _followers(session, actor, default)
    programmes = [*map(load, codes()), *newest.values()]
    waiting = [row for row in rows if rules.state_of(row) is State.WAITING and row.code in own]
    trail.record_read(session, by=actor, act=Act.PROGRAMME_READ, at=at, person_ids=[None])
    return Shelf(
        entries=tuple(_entry(programme, followers) for programme in programmes),
        waiting=versions_of(session, waiting),
    )


def show_programme(
    session: Session, *, actor: Actor, code: str, version: str | None, default: str, at: datetime
) -> Shown:
    """The newest version in force, or the one that is named. Raises RecordNotFound."""
    _require_reading(actor)
    programme = found(session, code, version)
    rows = rows_of(session, code=code)
    is_own = code in rules.of_own_units(session, actor)
    waiting = [row for row in rows if rules.state_of(row) is State.WAITING]
    trail.record_read(session, by=actor, act=Act.PROGRAMME_READ, at=at, person_ids=[None])
    return Shown(
        entry=_entry(programme, _followers(session, actor, default)),
        versions=versions_of(
            session, rows if is_own else [row for row in rows if row.confirmed_at]
        ),
        is_own=is_own,
        is_newest=programme == rulebook.newest(session, code),
        waiting=waiting[0] if waiting and is_own else None,
        may_change_windows=_may(session, actor, Permission.PROGRAMME_PROPOSE_WINDOWS),
        may_change_care=_may(session, actor, Permission.PROGRAMME_PROPOSE_CARE),
    )


def read_base(
    session: Session, *, actor: Actor, code: str, permission: Permission
) -> tuple[Programme, bool]:
    """What a form begins with, and whether it becomes a new version rather than a copy."""
    rules.root_of(session, actor, permission)
    return found(session, code, None), code in rules.of_own_units(session, actor)


def _require_reading(actor: Actor) -> None:
    """What a programme says is nobody's secret; who follows it and who wrote it is for staff."""
    if not access.may_ever(actor, Permission.PROGRAMME_READ):
        raise AccessDenied("not granted: programmes")


def _may(session: Session, actor: Actor, permission: Permission) -> bool:
    try:
        rules.root_of(session, actor, permission)
    except AccessDenied:
        return False
    return True


def _newest(rows: Sequence[SiteProgramme]) -> dict[str, Programme]:
    confirmed = [row for row in rows if row.confirmed_at is not None]
    last = {row.code: row for row in sorted(confirmed, key=lambda row: int(row.version))}
    return {code: read(row.text, file=code) for code, row in last.items()}


def _followers(session: Session, actor: Actor, default: str) -> Mapping[str, list[str]]:
    """By code, the own units that chose it. The roots without a choice follow the default."""
    chosen = session.execute(
        select(Unit.name, Unit.parent_id, Contingent.programme)
        .outerjoin(Contingent, Contingent.unit_id == Unit.id)
        .where(access.visible(actor, Permission.PROGRAMME_READ))
        .order_by(Unit.path)
    )
    found: dict[str, list[str]] = {}
    for name, parent_id, code in chosen:
        if code is not None or parent_id is None:
            found.setdefault(code or default, []).append(name)
    return found


def _entry(programme: Programme, followers: Mapping[str, list[str]]) -> Entry:
    names = tuple(followers.get(programme.code, ()))
    return Entry(programme, programme.code in codes(), names)
