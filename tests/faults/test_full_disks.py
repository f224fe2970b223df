"""Backups and restores on full disks and in little memory: nothing half, nothing lost."""

import resource
import tracemalloc
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import insert, select

from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.lifecycle import BackupRun
from models.vocabulary import Act, Decision
from tests.cli.backed_up import live_in
from tests.factories import NOW
from tests.faults.drills import KIBI, OF_SQLITE, is_empty
from welfare.gateways.backup_frames import Part, Preamble, packed
from welfare.services.backups import copy_part

EVENTS = 8_000


def test_a_full_disk_leaves_no_half_backup_and_says_so(database, make, vault):
    live_in(make)

    with disk_of(100 * KIBI):
        done = vault.create()

    assert done.exit_code == 1
    assert "could not be written" in done.output
    assert list(vault.folder.iterdir()) == []
    with database.reading() as session:
        acts = session.scalars(select(AuditEvent.act)).all()
        runs = session.scalars(select(BackupRun.name)).all()
    assert Act.BACKUP_MADE not in acts
    assert runs == ["an earlier one"]
    assert vault.create().exit_code == 0


def test_a_backup_that_could_not_be_tried_out_is_kept_as_not_verified(
    database, make, vault, tmp_path, monkeypatch
):
    live_in(make)

    with monkeypatch.context() as away:
        away.setattr("tempfile.tempdir", str(tmp_path / "away"))
        done = vault.create()

    assert done.exit_code == 1
    assert "could not be verified" in done.output
    backup = vault.newest()
    assert backup.slip.verified_at is None
    assert vault.verify(backup.name).exit_code == 0
    assert vault.newest().slip.verified_at is not None


@OF_SQLITE
def test_a_restore_that_meets_a_full_disk_restores_nothing_and_can_be_run_again(
    make, vault, tmp_path, keys
):
    live_in(make)
    made, url = vault.made(), f"sqlite:///{tmp_path / 'new' / 'site.db'}"

    with disk_of(300 * KIBI):
        refused = vault.restore(made.name, WELFARE_DATABASE_URL=url)

    assert refused.exit_code == 1
    assert is_empty(url, keys)
    assert vault.restore(made.name, WELFARE_DATABASE_URL=url).exit_code == 0


def test_copying_many_rows_needs_little_memory(database, keys):
    with database.writing() as session:
        session.execute(insert(AuditEvent), [event() for _ in range(EVENTS)])
        session.commit()

    with database.reading() as session:
        bodies = copy_part(
            session, part=Part.MAIN, revision="0007", at=NOW, told=lambda _table: None
        )
        tracemalloc.start()
        length = sum(map(len, packed(Preamble(Part.MAIN, new_key()), bodies, keys=keys)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert length > 512 * KIBI
    assert most < 2000 * KIBI  # the rows themselves are some 3 MB as text


def event():
    return {
        "id": new_key(),
        "at": NOW,
        "act": Act.RECORD_READ,
        "decision": Decision.ALLOWED,
        "actor_id": uuid4(),
        "role": None,
        "person_id": uuid4(),
        "resource": "person",
        "resource_id": uuid4(),
        "request_id": uuid4(),
    }


@contextmanager
def disk_of(size):
    """No file of this process can grow beyond it; writing then fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
