"""A backup is proven before it is trusted; one that is not says so."""

from sqlalchemy import select

from models.sealing import Ciphertext
from models.session import transaction
from models.tables.audit import AuditEvent
from models.tables.lifecycle import BackupRun
from models.tables.people import PersonKey
from models.vocabulary import Act
from welfare.gateways.backup_frames import Part
from welfare.gateways.offline_seal import new_identity


def test_a_backup_is_noted_with_its_proof_after_it_was_proven(vault, scene, database):
    made = vault.made()

    with database.reading() as session:
        noted = session.scalars(select(BackupRun).where(BackupRun.name == made.name)).one()
        told = session.scalars(select(AuditEvent).where(AuditEvent.act == Act.BACKUP_MADE)).one()
    assert noted.verified_at >= noted.made_at
    assert noted.rows > 20
    assert told.resource_id == noted.id
    assert made.slip.verified_at is not None


def test_the_identity_of_the_safe_proves_a_backup_without_any_database(vault, scene, tmp_path):
    made = vault.made()
    nowhere = f"sqlite:///{tmp_path / 'none' / 'site.db'}"

    done = vault.verify(made.name, WELFARE_DATABASE_URL=nowhere)

    assert done.exit_code == 0, done.output
    assert "is whole" in done.output
    assert not (tmp_path / "none").exists()


def test_a_proof_leaves_nothing_behind(vault, scene, tmp_path, monkeypatch):
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))

    made = vault.made()
    cut_off(made.path(Part.MAIN))
    refused = vault.verify(made.name)

    assert refused.exit_code == 1
    assert list(place.iterdir()) == []


def test_a_second_identity_of_the_safe_opens_the_backup_as_well(vault, scene, tmp_path):
    second = new_identity()
    both = f"{vault.identity.to_public()},{second.to_public()}"
    other = tmp_path / "second.txt"
    other.write_text(str(second))

    assert vault.create(WELFARE_BACKUP_TO=both).exit_code == 0

    for words in ((), ("--identity", other)):
        assert vault.verify(vault.newest().name, *words).exit_code == 0


def test_what_cannot_be_opened_is_kept_as_a_backup_that_is_not_verified(
    vault, scene, database, make
):
    person = make.person()
    with transaction(database) as session:
        session.get_one(PersonKey, person.id).wrapped = Ciphertext(b"\x01" + b"damaged" * 9)

    refused = vault.create()

    assert refused.exit_code == 1
    assert "could not be verified" in refused.output
    assert vault.newest().slip.verified_at is None
    assert "NOT VERIFIED" in vault.run("backup", "list", **vault.settings).output
    with database.reading() as session:
        assert Act.BACKUP_MADE not in session.scalars(select(AuditEvent.act)).all()


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-1])
