"""Rosters: a file is held against the site, shown, and applied whole if somebody says yes."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.sealing import Place, keyed_digest, open_sealed, seal
from models.tables.places import Unit
from models.tables.rosters import RosterImport, RosterUpload
from models.vocabulary import Act
from welfare.errors import ChangedMeanwhile, MoveNotAllowed, RecordNotFound
from welfare.gateways.mail import is_address
from welfare.gateways.roster_file import read_roster
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.roster_comparing import compare
from welfare.policies.roster_plan import Plan
from welfare.policies.roster_rows import Entry, Remark, read_line
from welfare.policies.roster_standing import read_standing
from welfare.policies.roster_writing import write_plan

KEPT_FOR = timedelta(days=1)
SIZE = 64 * 1024  # a waiting file is padded to multiples of it
SHOWN = 100  # imports in the list


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would do now. `seen` stands for all of it; `earlier` is an import of the very
    same file that still holds."""

    plan: Plan
    seen: bytes
    earlier: RosterImport | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits for a yes. `is_as_seen` is False if the site has changed since."""

    upload_id: UUID
    dry_run: DryRun
    is_as_seen: bool
    new_missions: bool


def list_imports(session: Session, *, actor: Actor, at: datetime) -> Sequence[RosterImport]:
    """Those of the own units, the newest first."""
    found = session.scalars(
        select(RosterImport)
        .join(Unit, Unit.id == RosterImport.unit_id)
        .where(access.visible(actor, Permission.ROSTER_IMPORT))
        .order_by(RosterImport.made_at.desc(), RosterImport.id)
        .limit(SHOWN)
    ).all()
    trail.record_read(session, by=actor, act=Act.ROSTER_READ, at=at, person_ids=[None])
    return found


def look_at_file(
    session: Session, *, actor: Actor, content: bytes, new_missions: bool, at: datetime
) -> DryRun:
    """Hold a file against the site and change nothing. Raises RosterRefused."""
    _own_unit(session, actor)
    return _dry_run(session, actor, content, new_missions, at)


def hold_file(
    session: Session, *, actor: Actor, content: bytes, new_missions: bool, at: datetime
) -> RosterUpload:
    """Keep a file, sealed, until somebody says yes or no to it. Raises RosterRefused."""
    unit = _own_unit(session, actor)
    dry_run = _dry_run(session, actor, content, new_missions, at)
    upload = RosterUpload(
        id=new_key(),
        unit_id=unit.id,
        account_id=actor.account_id,
        made_at=at,
        new_missions=new_missions,
        seen=dry_run.seen,
    )
    upload.content = seal(_key(session), _place(upload), content, size=SIZE)
    session.add(upload)
    session.flush()
    return upload


def show_file(session: Session, *, actor: Actor, upload_id: UUID, at: datetime) -> Waiting:
    """The dry run of a file that waits, as it comes out now."""
    upload = _find(session, actor, upload_id, at)
    dry_run = _dry_run(session, actor, _content(session, upload), upload.new_missions, at)
    is_as_seen = hmac.compare_digest(dry_run.seen, upload.seen)
    return Waiting(upload.id, dry_run, is_as_seen, upload.new_missions)


def check_again(session: Session, *, actor: Actor, upload_id: UUID, at: datetime) -> Waiting:
    """From now on the yes is to what comes out now."""
    upload = _find(session, actor, upload_id, at)
    dry_run = _dry_run(session, actor, _content(session, upload), upload.new_missions, at)
    upload.seen = dry_run.seen
    return Waiting(upload.id, dry_run, True, upload.new_missions)


def apply_upload(
    session: Session, *, actor: Actor, upload_id: UUID, programme: str, at: datetime
) -> RosterImport:
    """Do exactly what was shown, and forget the file. Raises ChangedMeanwhile, MoveNotAllowed."""
    upload = _find(session, actor, upload_id, at)
    roster = apply_file(
        session,
        actor=actor,
        content=_content(session, upload),
        new_missions=upload.new_missions,
        seen=upload.seen,
        programme=programme,
        at=at,
    )
    session.delete(upload)
    return roster


def cancel_upload(session: Session, *, actor: Actor, upload_id: UUID, at: datetime) -> None:
    """Forget a file that waits. Nothing else is changed."""
    session.delete(_find(session, actor, upload_id, at))


def forget_uploads(session: Session, *, at: datetime) -> int:
    """Files that nobody has said yes to for a day; how many they were."""
    late = session.scalars(select(RosterUpload).where(RosterUpload.made_at <= at - KEPT_FOR)).all()
    for upload in late:
        session.delete(upload)
    return len(late)


def apply_file(
    session: Session,
    *,
    actor: Actor,
    content: bytes,
    new_missions: bool,
    seen: bytes,
    programme: str,
    at: datetime,
) -> RosterImport:
    """Do exactly what `seen` stands for, whole, in this transaction.

    Raises ChangedMeanwhile if the file would do something else by now, MoveNotAllowed if there is
    a problem in it or nothing to do.
    """
    unit = _own_unit(session, actor, lock=True)
    dry_run = _dry_run(session, actor, content, new_missions, at, lock=True)
    plan = dry_run.plan
    if not hmac.compare_digest(dry_run.seen, seen):
        raise ChangedMeanwhile("the site has changed since the file was shown")
    if not plan.may_be_applied:
        raise MoveNotAllowed("this file has a problem, or changes nothing")
    roster = RosterImport(
        id=new_key(),
        unit_id=unit.id,
        made_at=at,
        made_by=actor.account_id,
        file_digest=_file_digest(session, content),
        people_new=len(plan.arrivals),
        people_changed=len(plan.changes),
        people_unchanged=plan.unchanged,
        people_absent=plan.absent,
    )
    session.add(roster)
    session.flush()
    write_plan(session, actor=actor, plan=plan, roster=roster, programme=programme, at=at)
    trail.record(session, by=actor, act=Act.ROSTER_IMPORTED, at=at, subject=roster)
    return roster


def _own_unit(session: Session, actor: Actor, *, lock: bool = False) -> Unit:
    """With `lock`, one roster after the other; whoever answers meanwhile does not wait."""
    query = select(Unit).where(Unit.path == actor.unit_path)
    unit = session.scalar(query.with_for_update(key_share=True) if lock else query)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.ROSTER_IMPORT, unit)
    return unit


def _dry_run(
    session: Session,
    actor: Actor,
    content: bytes,
    new_missions: bool,
    at: datetime,
    *,
    lock: bool = False,
) -> DryRun:
    """Who the file says something new about was looked up: that is in the trail."""
    entries, problems = _entries(content)
    standing = read_standing(session, actor=actor, entries=entries, today=at.date(), lock=lock)
    plan = compare(entries, problems, standing, new_missions=new_missions)
    read: list[UUID | None] = [None, *(each.person_id for each in plan.changes)]
    trail.record_read(session, by=actor, act=Act.ROSTER_READ, at=at, person_ids=read)
    return DryRun(plan, _seen(session, plan, at.date()), _earlier(session, actor, content))


def _entries(content: bytes) -> tuple[list[Entry], list[Remark]]:
    entries: list[Entry] = []
    problems: list[Remark] = []
    for line in read_roster(content):
        read = read_line(line, is_address=is_address)
        if isinstance(read, Entry):
            entries.append(read)
        else:
            problems += read
    return entries, problems


def _seen(session: Session, plan: Plan, today: date) -> bytes:
    """Of a plan and the day: what begins today began yesterday for whoever looked yesterday."""
    told = today.isoformat().encode() + plan.canonical()
    return keyed_digest(vault.keys_of(session).derived("roster-plan"), told)


def _earlier(session: Session, actor: Actor, content: bytes) -> RosterImport | None:
    return session.scalars(
        select(RosterImport)
        .join(Unit, Unit.id == RosterImport.unit_id)
        .where(
            access.visible(actor, Permission.ROSTER_IMPORT),
            RosterImport.file_digest == _file_digest(session, content),
            RosterImport.undone_at.is_(None),
        )
        .order_by(RosterImport.made_at.desc(), RosterImport.id)
        .limit(1)
    ).first()


def _file_digest(session: Session, content: bytes) -> bytes:
    return keyed_digest(vault.keys_of(session).derived("roster-file"), content)


def _find(session: Session, actor: Actor, upload_id: UUID, at: datetime) -> RosterUpload:
    """Only whoever sent a file goes on with it, in the Post in which they sent it."""
    upload = session.get(RosterUpload, upload_id)
    if upload is None or upload.made_at <= at - KEPT_FOR:
        raise RecordNotFound("no such file, or it waited for too long")
    unit = session.get_one(Unit, upload.unit_id)
    access.require(actor, Permission.ROSTER_IMPORT, unit)
    if upload.account_id != actor.account_id or unit.path != actor.unit_path:
        raise RecordNotFound("somebody else's file")
    return upload


def _content(session: Session, upload: RosterUpload) -> bytes:
    return open_sealed(_key(session), _place(upload), upload.content)


def _key(session: Session) -> bytes:
    """Of the site: the people in a file have no key yet."""
    return vault.keys_of(session).derived("roster-upload")


def _place(upload: RosterUpload) -> Any:
    return Place("roster_upload", "content", upload.id, upload.account_id)
