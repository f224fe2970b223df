"""Whoever was erased stays erased, whichever backup comes back."""

from datetime import UTC, datetime

from sqlalchemy import select

from models import erasure as eraser
from models.session import transaction
from models.tables.lifecycle import Tombstone
from models.tables.people import Identity, Person, PersonKey
from welfare.gateways import tombstone_file
from welfare.gateways.backup_frames import Part
from welfare.policies.actor import Machine
from welfare.services import erasure


def test_somebody_erased_after_the_backup_stays_erased(
    vault, scene, database, key_file, new_site, look
):
    made = vault.made()
    erase(database, scene.person, key_file)

    done = vault.restore(made.name, **new_site)

    assert "Erased again: 1 people" in done.output
    with look(new_site).reading() as session:
        assert session.get(PersonKey, scene.person) is None
        assert session.get(Identity, scene.person) is None
        assert session.get(Tombstone, scene.person) is not None
        assert session.get(Person, scene.person) is not None


def test_an_old_backup_opens_with_the_keys_of_a_later_one_and_erased_people_stay_erased(
    vault, scene, database, make, new_site, look
):
    old = vault.made()
    erase(database, scene.person)
    newcomer = make.person().id
    later = vault.made()
    old.path(Part.KEYS).unlink()

    refused = vault.restore(old.name, **new_site)
    done = vault.restore(old.name, "--keys-file", later.path(Part.KEYS), **new_site)

    assert refused.exit_code == 1
    assert "--keys-file" in refused.output
    assert done.exit_code == 0, done.output
    assert "Erased again: 1 people" in done.output
    with look(new_site).reading() as session:
        assert session.get(PersonKey, scene.person) is None
        assert session.get(Identity, scene.person) is None
        assert session.get(Tombstone, scene.person) is not None
        assert session.get(Person, newcomer) is None
        assert session.scalars(select(PersonKey)).all()


def test_older_keys_are_refused_since_they_would_bring_erased_people_back(
    vault, scene, database, new_site
):
    old = vault.made()
    erase(database, scene.person)
    new = vault.made()

    refused = vault.restore(new.name, "--keys-file", old.path(Part.KEYS), **new_site)

    assert refused.exit_code == 1
    assert "older than the backup" in refused.output


def erase(database, person_id, key_file=None):
    """As `person erase` does, past who may: that has its own tests."""
    at = datetime.now(UTC)
    with transaction(database) as session:
        if key_file is not None:
            line = erasure._line(session, erasure.LineKind.ERASED, person_id, at)
            tombstone_file.append(tombstone_file.beside(key_file), line)
        eraser.erase(
            session, by=Machine(), person_id=person_id, erased_at=at, erased_by=None, at=at
        )
