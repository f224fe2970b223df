"""Backups, the way back: rows into an empty database, checked, and open alerts raised again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from models import erasure, trail, vault
from models.sealing import Keys
from models.session import check_site
from models.tables.audit import Site
from models.tables.care import Alert
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.tables.lifecycle import Tombstone
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening
from models.trail import Signature
from models.vocabulary import Act, AlertStatus, LinkEnding
from welfare.gateways import backup_tables
from welfare.gateways.backup_files import Backup, check_files, read_part, survey_part
from welfare.gateways.backup_frames import KEY_PURPOSE, BackupRefused, Part
from welfare.gateways.backup_intake import Intake
from welfare.gateways.backup_rows import TRAIL, Header, Shape
from welfare.gateways.offline_seal import Identity as OfflineIdentity
from welfare.policies import restored_keys

BATCH = 500
SAMPLE = 25
NEWEST = "head"
BringTo = Callable[[Connection, str], None]  # a database to the shape of a revision


@dataclass(frozen=True, slots=True)
class Source:
    """A backup with what opens it. `later_keys`: a key backup made by a later run."""

    backup: Backup
    identities: Sequence[OfflineIdentity]
    later_keys: Path | None = None

    @property
    def keys_path(self) -> Path:
        return self.later_keys or self.backup.path(Part.KEYS)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `opened`: people whose sealed record was opened as a sample."""

    made_at: datetime
    rows: int
    opened: int
    erased_since: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """What waits for somebody after a restore."""

    alerts: int
    invitations: int


class Keyring:
    """Takes the keys of people, from the backup itself or from a later one of the same site.

    A later one has keys of people who came after, which are left out, and lacks those of
    people who were erased meanwhile, who are erased again.
    """

    def __init__(self, session: Session, *, main: Header) -> None:
        self._session, self._main = session, main
        self._stones: list[dict[str, Any]] = []
        self._merges: list[dict[str, Any]] = []
        self._left_out: dict[UUID, dict[str, Any]] = {}
        self.intake = Intake(prepare=self._prepare, keep=self._keep)

    def erase_again(self, *, by: Signature, at: datetime) -> int:
        return sum(erasure.erase(self._session, by=by, at=at, **stone) for stone in self._stones)

    def fit_keys(self) -> None:
        restored_keys.fit_keys(self._session, merges=self._merges, left_out=self._left_out)

    def _prepare(self, header: Header) -> None:
        if header.site != self._main.site:
            raise BackupRefused("These keys belong to another site than the backup.")
        if header.made_at < self._main.made_at:
            raise BackupRefused(
                "This key backup is older than the backup. Older keys would bring back people "
                "who were erased; take the backup's own or a later one."
            )
        shapes = [shape for shape in header.shapes if shape.name == PersonKey.__tablename__]
        backup_tables.refuse_other_shapes(self._session.connection(), shapes=shapes)

    def _keep(self, shape: Shape, rows: list[dict[str, Any]]) -> None:
        asked = {row["person_id"] for row in rows}
        if shape.name == Tombstone.__tablename__:
            column = Tombstone.person_id
            there = set(self._session.scalars(select(column).where(column.in_(asked))))
            self._stones += [row for row in rows if row["person_id"] not in there]
            return
        if shape.name == restored_keys.MERGES:
            self._merges += rows
            return
        there = set(self._session.scalars(select(Person.id).where(Person.id.in_(asked))))
        fitting = [row for row in rows if row["person_id"] in there]
        self._left_out |= {row["person_id"]: row for row in rows if row["person_id"] not in there}
        backup_tables.fill(self._session.connection(), shape=shape, rows=fitting)


def read_backup(
    session: Session, *, source: Source, bring_to: BringTo, by: Signature, at: datetime
) -> Restored:
    """All of a backup into an empty database, brought to this version, and everything checked.

    Nothing of it counts unless this returns: the caller then commits, or was only looking.
    Raises BackupRefused, OfflineSealProblem, SealBroken or KeyFileProblem.
    """
    keys, using, connection = vault.keys_of(session), source.identities, session.connection()
    backup_tables.refuse_unless_empty(connection)
    is_own = _survey(source, keys)
    main = _main_intake(session, bring_to)
    path = source.backup.path(Part.MAIN)
    run = read_part(path, part=Part.MAIN, keys=keys, using=using, intake=main).run
    ring = Keyring(session, main=main.header)
    read_part(source.keys_path, part=Part.KEYS, keys=keys, using=using, intake=ring.intake)
    for intake in (main, ring.intake) if is_own else (main,):
        compare(session, intake=intake)
    bring_to(connection, NEWEST)
    ring.fit_keys()
    erased = ring.erase_again(by=by, at=at)
    opened = try_keys(session, spread=run.int)
    return Restored(main.header.made_at, main.manifest.rows, opened, erased)


def compare(session: Session, *, intake: Intake) -> None:
    """Read the rows back out of the database: are they those that were copied, and the trail
    from its first event to its last? Raises BackupRefused."""
    connection, key = session.connection(), vault.keys_of(session).derived(KEY_PURPOSE)
    for shape in intake.header.shapes:
        if backup_tables.count(connection, shape=shape, key=key) != intake.manifest.counts.get(
            shape.name
        ):
            raise BackupRefused(f"The restored rows of {shape.name} are not those of the backup.")
        if shape.name == TRAIL:
            ends = backup_tables.first_and_last(connection, shape=shape)
            if ends != intake.manifest.trail:
                raise BackupRefused("The trail of this backup does not begin or end as it says.")


def try_keys(session: Session, *, spread: int) -> int:
    """Does the site open with this key file, every person's key too, and a sample of people?

    Only people who were erased, or merged into others, may be without a key. `spread` moves the
    sample from run to run. Returns how many were opened; raises BackupRefused, SealBroken or
    KeyFileProblem.
    """
    if not check_site(session):
        raise BackupRefused("This backup holds no site.")
    keyless = session.scalar(
        select(func.count())
        .select_from(Person)
        .where(*restored_keys.lacks_key(), Person.id.not_in(select(Tombstone.person_id)))
    )
    if keyless:
        raise BackupRefused("The key backup lacks keys of people who were not erased.")
    people = 0
    for stored in session.scalars(select(PersonKey).execution_options(yield_per=BATCH)):
        vault.unwrapped(session, stored)
        people += 1
    return _open_sample(session, people, spread)


def reopen(session: Session, *, by: Signature, at: datetime) -> Reopened:
    """What was done after the backup is forgotten, so nobody may be thought to be looked after:
    open alerts are raised again and nudge now, whoever had acknowledged them; their clock runs
    on. Invitations of before no longer work. Nothing here needs the alerts' sealed part.

    After the replay of erasures: about somebody without a key there is nothing to do any more.
    """
    live = session.scalars(
        select(Alert)
        .join(PersonKey, PersonKey.person_id == Alert.person_id)
        .where(Alert.status.in_((AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)))
        .order_by(Alert.id)
    ).all()
    for alert in live:
        alert.status, alert.next_nudge_at, alert.nudges = AlertStatus.RAISED, at, 0
        alert.acknowledged_at = alert.acknowledged_by = None
        trail.record(
            session,
            by=by,
            act=Act.ALERT_RAISED,
            at=at,
            person_id=alert.person_id,
            subject=alert,
        )
    waiting = select(Letter).join(Alert, Alert.id == Letter.alert_id)
    for letter in session.scalars(waiting.where(Letter.sent_at.is_(None))):
        letter.next_try_at, letter.tries = at, 0
    invitations = _revoke_invitations(session, by, at)
    site = session.scalars(select(Site)).one()
    trail.record(session, by=by, act=Act.SITE_RESTORED, at=at, subject=site)
    return Reopened(len(live), invitations)


def _revoke_invitations(session: Session, by: Signature, at: datetime) -> int:
    """They may have been used, or taken back, after the backup was made."""
    found = session.scalars(
        select(Invitation)
        .where(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        .order_by(Invitation.id)
    ).all()
    for invitation in found:
        invitation.revoked_at, invitation.closed_for = at, LinkEnding.WITHDRAWN
        trail.record(session, by=by, act=Act.INVITATION_REVOKED, at=at, subject=invitation)
    return len(found)


def _open_sample(session: Session, people: int, spread: int) -> int:
    """Evenly over all who have a key, from a place that is another one each time."""
    step = max(1, people // SAMPLE)
    places = range(spread % step, people, step)[:SAMPLE]
    ordered = select(PersonKey).order_by(PersonKey.person_id)
    opened = 0
    for place in places:
        stored = session.scalars(ordered.offset(place).limit(1)).one()
        opened += _open_one(session, stored)
    return opened


def _open_one(session: Session, stored: PersonKey) -> int:
    """A person's facts, their names and the last answers, where there are any."""
    key, person_id = vault.unwrapped(session, stored), stored.person_id
    vault.opened(key, session.get_one(Person, person_id), "facts")
    identity = session.get(Identity, person_id)
    if identity is not None:
        vault.opened(key, identity, "content")
    newest = select(Screening).where(Screening.person_id == person_id)
    screening = session.scalars(newest.order_by(Screening.id.desc()).limit(1)).first()
    if screening is not None:
        vault.opened(key, screening, "payload")
    return 1


def _survey(source: Source, keys: Keys) -> bool:
    """Look through both files before a row of them reaches a database. Are they of one run?"""
    check_files(source.backup)
    using, path = source.identities, source.backup.path(Part.MAIN)
    run = survey_part(path, part=Part.MAIN, keys=keys, using=using).run
    keys_run = survey_part(source.keys_path, part=Part.KEYS, keys=keys, using=using).run
    if source.later_keys is None and keys_run != run:
        raise BackupRefused(
            f"{source.keys_path} belongs to another backup. To open a backup with the keys of "
            "a later one, name them with --keys-file."
        )
    return keys_run == run


def _main_intake(session: Session, bring_to: BringTo) -> Intake:
    """Takes everything but the keys, after the database has the shape that the backup is of."""
    connection = session.connection()

    def prepare(header: Header) -> None:
        bring_to(connection, header.revision)
        backup_tables.refuse_other_shapes(connection, shapes=header.shapes)

    def keep(shape: Shape, rows: list[dict[str, Any]]) -> None:
        backup_tables.fill(connection, shape=shape, rows=rows)

    return Intake(prepare=prepare, keep=keep)
