"""A site with something in every table, and what it takes to back it up and bring it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from click.testing import Result
from sqlalchemy import func, select

from models import vault
from models.base import Base, new_key
from models.sealing import Ciphertext
from models.session import Database
from models.tables.care import Alert, ContactAttempt, Note
from models.tables.doors import (
    Challenge,
    Invitation,
    KnownDevice,
    Passkey,
    RecoveryCode,
    TotpSecret,
)
from models.tables.letters import JobLease, Letter
from models.tables.lifecycle import BackupRun, LegalHold, Tombstone
from models.tables.screenings import Draft
from models.vocabulary import AlertStatus, ChallengePurpose, InvitationPurpose, LetterKind
from tests.factories import NOW, Factory
from tests.models.rows import one_row_of_each
from welfare.gateways.backup_files import Backup, list_backups
from welfare.gateways.offline_seal import Identity, new_identity


@dataclass(frozen=True)
class Vault:
    """A folder for backups, the identity of the safe, and a way to type commands."""

    run: Callable[..., Result]
    folder: Path
    identity: Identity
    identity_file: Path

    def create(self, **settings: str) -> Result:
        return self.run("backup", "create", **self.settings | settings)

    def made(self) -> Backup:
        """A backup made now; the newest."""
        done = self.create()
        assert done.exit_code == 0, done.output
        return self.newest()

    def newest(self) -> Backup:
        return max(list_backups(self.folder), key=lambda each: each.slip.made_at)

    def verify(self, name: Any, *words: Any, **settings: str) -> Result:
        return self._with_identity("verify", name, words, settings)

    def restore(self, name: Any, *words: Any, **settings: str) -> Result:
        return self._with_identity("restore", name, words, settings)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "WELFARE_BACKUP_DIR": str(self.folder),
            "WELFARE_BACKUP_TO": str(self.identity.to_public()),
        }

    def _with_identity(self, verb: str, name: Any, words: Any, settings: Any) -> Result:
        given = () if "--identity" in words else ("--identity", self.identity_file)
        return self.run("backup", verb, name, *given, *words, **self.settings | settings)


def new_vault(run: Callable[..., Result], folder: Path) -> Vault:
    identity, file = new_identity(), folder / "safe" / "identity.txt"
    file.parent.mkdir()
    file.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return Vault(run, folder / "backups", identity, file)


@dataclass(frozen=True)
class Scene:
    """Ids of what tests look for in the restored site."""

    raised: UUID
    acknowledged: UUID
    closed: UUID
    invitation: UUID
    person: UUID


def live_in(make: Factory) -> Scene:
    """One row, at least, in every table there is."""
    one_row_of_each(make)
    clinician, person = make.reachable(make.unit("B Company", make.root)), make.person()
    make.deployment(person)
    make.web_session(clinician)
    seen = {"acknowledged_at": make.now, "acknowledged_by": clinician.account_id}
    raised = make.alert(person, clinician)
    taken = make.alert(person, clinician, status=AlertStatus.ACKNOWLEDGED, **seen)
    closed = make.alert(
        person, clinician, status=AlertStatus.CLOSED, closed_at=make.now, due_at=NOW, **seen
    )
    make.roster_upload(clinician)
    _added(make)
    window, invitation = make.window(person.id), _invitation(clinician.account_id)
    with make.kept() as session:
        session.add(invitation)
        session.flush()
        session.add_all(_doors(clinician.account_id, clinician.person_id))
        session.add_all(_letters(clinician.account_id, taken, invitation))
        session.add(_attempt(clinician.account_id, taken))
        session.add_all(_rest(person.id, window.id))
    return Scene(raised.id, taken.id, closed.id, invitation.id, person.id)


def counts(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


def contents(database: Database) -> dict[str, list[str]]:
    """Every row of every table as Python sees it, whatever the database."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in Base.metadata.sorted_tables
        }


def _invitation(account_id: UUID) -> Invitation:
    return Invitation(
        id=new_key(),
        account_id=account_id,
        purpose=InvitationPurpose.RESET,
        made_at=NOW,
        expires_at=NOW + timedelta(days=3),
    )


def _doors(account_id: UUID, person_id: UUID) -> list[Any]:
    own = {"account_id": account_id, "made_at": NOW}
    return [
        TotpSecret(**own, person_id=person_id, secret=Ciphertext(b"sealed"), last_step=58_000_000),
        Passkey(**own, credential_id=b"c" * 20, public_key=b"p" * 77, sign_count=3),
        RecoveryCode(**own, digest=b"r" * 32),
        KnownDevice(**own, token_digest=b"d" * 32, seen_at=NOW),
        Challenge(**own, purpose=ChallengePurpose.SIGN_IN, value=b"v" * 64),
        JobLease(name="nudges", holder=new_key(), until_at=NOW),
    ]


def _letters(account_id: UUID, alert: Alert, invitation: Invitation) -> list[Letter]:
    usual = {"recipient_id": account_id, "written_at": NOW}
    far = NOW + timedelta(hours=3)
    return [
        Letter(**usual, kind=LetterKind.NUDGE, alert_id=alert.id, next_try_at=far, tries=9),
        Letter(**usual, kind=LetterKind.INVITATION, invitation_id=invitation.id, next_try_at=far),
    ]


def _added(make: Factory) -> None:
    """To a signed note, with an id that comes before its own."""
    with make.kept() as session:
        first = session.scalars(select(Note)).one()
        added = Note(
            id=UUID(int=1),
            case_id=first.case_id,
            person_id=first.person_id,
            author_id=first.author_id,
            signed_at=first.signed_at,
            addendum_to=first.id,
        )
        key = vault.key_for(session, person_id=first.person_id)
        added.content = vault.sealed(key, added, "content", {"words": "Called again."})
        session.add(added)


def _attempt(account_id: UUID, alert: Alert) -> ContactAttempt:
    return ContactAttempt(
        alert_id=alert.id,
        person_id=alert.person_id,
        by_id=account_id,
        at=NOW,
        content=Ciphertext(b"sealed"),
    )


def _rest(person_id: UUID, window_id: UUID) -> list[Any]:
    return [
        Draft(
            id=new_key(),
            window_id=window_id,
            person_id=person_id,
            submission_id=new_key(),
            saved_at=NOW,
            payload=Ciphertext(b"sealed"),
        ),
        LegalHold(person_id=person_id, placed_at=NOW, reason=Ciphertext(b"sealed")),
        Tombstone(person_id=new_key(), erased_at=NOW),
        BackupRun(name="an earlier one", made_at=NOW, verified_at=NOW, rows=1),
    ]
