"""One row in every table that tests look at from below, past the mappers."""

from datetime import timedelta
from typing import Any

from models import trail, vault
from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.care import Note
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.programmes import Contingent
from models.tables.releases import LedgerEntry, Release, ReleaseApproval, ReleaseCell
from models.tables.rosters import RosterChange, RosterImport
from models.tables.screenings import ConflictCopy
from models.vocabulary import Act, LetterKind, ReleaseDecision, Role, RosterKind
from tests.factories import NOW, TODAY, Factory
from welfare.policies.actor import Machine


def one_row_of_each(make: Factory) -> dict[str, Any]:
    """Table name to the one row that stands in it."""
    clinician = make.actor(Role.CLINICIAN)
    person = make.person()
    make.window(person.id)
    make.event(make.deployment(person))
    make.incident(person)
    follow_own_programme(make)
    alert, case = make.alert(person, clinician), make.case(person, clinician)
    take_into(make, make.roster_import(), person)
    with make.kept() as session:
        key = vault.key_for(session, person_id=person.id)
        note = Note(
            id=new_key(),
            case_id=case.id,
            person_id=person.id,
            author_id=clinician.account_id,
            signed_at=NOW,
        )
        note.content = vault.sealed(key, note, "content", {"words": "Slept well."})
        copy = ConflictCopy(
            id=new_key(),
            screening_id=alert.screening_id,
            person_id=person.id,
            received_at=NOW,
        )
        copy.payload = vault.sealed(key, copy, "payload", [])
        letter = Letter(
            kind=LetterKind.NUDGE,
            recipient_id=clinician.account_id,
            alert_id=alert.id,
            written_at=NOW,
            next_try_at=NOW,
        )
        release = _release(make)
        session.add_all([note, copy, letter, release])
        session.flush()
        rows = [note, copy, letter, release, *_of_release(release, person, clinician)]
        session.add_all(rows)
        trail.record(session, by=Machine(), act=Act.TRAIL_READ, at=NOW)
        session.flush()
        event = session.query(AuditEvent).one()
    return {row.__tablename__: row for row in (*rows, alert, case, event)}


def follow_own_programme(make: Factory) -> None:
    with make.kept() as session:
        chosen = {"nation": "Westmark", "programme": "canada", "language": "fr"}
        session.add(Contingent(unit_id=make.root.id, **chosen))


def take_into(make: Factory, roster: RosterImport, person: Person) -> None:
    with make.kept() as session:
        change = RosterChange(
            id=new_key(), import_id=roster.id, person_id=person.id, line=2, kind=RosterKind.CHANGED
        )
        key = vault.key_for(session, person_id=person.id)
        change.before = vault.sealed(key, change, "before", {"rank_band": ["nco", "officer"]})
        session.add(change)


def _release(make: Factory) -> Release:
    return Release(
        id=new_key(),
        code="headline",
        unit_id=make.root.id,
        period_from=TODAY - timedelta(days=180),
        period_until=TODAY,
        computed_at=NOW,
        mechanism="exact discrete Laplace",
        epsilon="1/2",
        smallest_roster=30,
        input_mac=b"m" * 32,
        report="{}",
    )


def _of_release(release: Release, person: Any, clinician: Any) -> list[Any]:
    return [
        ReleaseCell(
            release_id=release.id,
            unit_id=release.unit_id,
            unit_name="Contingent",
            unit_path="0001",
            roster=40,
        ),
        LedgerEntry(
            release_id=release.id, person_id=person.id, day=release.period_from, epsilon="1/2"
        ),
        ReleaseApproval(
            release_id=release.id,
            role=Role.CLINIC_LEAD,
            account_id=clinician.account_id,
            decision=ReleaseDecision.APPROVED,
            decided_at=NOW,
        ),
    ]
