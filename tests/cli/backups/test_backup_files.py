"""Files of a backup: every table, sealed to the safe, and keys of people apart."""

import gzip
import json
import stat
from base64 import b64encode

import pytest
from sqlalchemy import select

from models.base import Base
from models.tables.people import PersonKey
from welfare.gateways.backup_files import list_backups
from welfare.gateways.backup_frames import BLOCK, Part
from welfare.gateways.backup_rows import PARENTS_FIRST, Kind, Shape
from welfare.gateways.offline_seal import open_bytes
from welfare.services.backups import NEVER_KEPT, shapes_of

RESTORE_WRITES = {"alert", "audit_event", "invitation", "letter", "tombstone"}


def test_every_table_is_either_copied_or_named_with_the_reason_why_not():
    tables = set(Base.metadata.tables)
    copied = {shape.name for part in Part for shape in shapes_of(part)}

    assert copied | set(NEVER_KEPT) == tables
    assert not copied & set(NEVER_KEPT)
    assert "person_key" not in {shape.name for shape in shapes_of(Part.MAIN)}


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_rows_come_in_an_order_that_both_databases_agree_on_and_parents_come_first(table):
    shape = Shape.of(table)
    kinds = dict(shape.columns)

    refers_to_itself = any(key.column.table is table for key in table.foreign_keys)

    assert refers_to_itself == (table.name in PARENTS_FIRST)
    if table.name not in PARENTS_FIRST and table.name not in NEVER_KEPT:
        assert {kinds[name] for name in shape.order} <= {Kind.KEY, Kind.BYTES}


def test_a_backup_is_readable_by_its_owner_only_and_says_nothing_about_people(vault, scene):
    made = vault.made()

    for path in (made.slip_path, *(made.path(part) for part in Part)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700
    said = json.loads(made.slip_path.read_text())
    assert set(said) == {"made_at", "verified_at", "files"}
    sizes = {part: size for part, (size, _) in said["files"].items()}
    assert all(size % BLOCK < 4096 for size in sizes.values())  # padded: a few rows do not show
    assert list(vault.folder.glob("*.half")) == []


def test_keys_of_people_lie_in_the_key_backup_alone(vault, scene, database):
    made = vault.made()
    with database.reading() as session:
        wrapped = session.scalars(select(PersonKey.wrapped)).all()

    main = opened(made, Part.MAIN, vault)
    apart = opened(made, Part.KEYS, vault)

    for each in wrapped:
        assert b64encode(each) not in main
        assert b64encode(each) in apart


def test_backups_can_be_listed_with_age_size_and_proof(vault, scene):
    assert "There is no backup" in vault.run("backup", "list", **vault.settings).output
    made = vault.made()

    done = vault.run("backup", "list", **vault.settings)

    (line,) = [line for line in done.output.splitlines() if made.name in line]
    assert "0 hours" in line
    assert "MiB" in line
    assert "yes" in line
    assert f"{made.slip.verified_at:%Y-%m-%d %H:%M} UTC" in line


def test_without_a_public_key_no_backup_is_made(vault, scene):
    refused = vault.create(WELFARE_BACKUP_TO="")

    assert refused.exit_code == 1
    assert "age-keygen" in refused.output
    assert not vault.folder.exists()


def test_key_backups_are_deleted_when_their_time_is_over_and_the_rest_is_kept(vault, scene):
    made = vault.made()
    stale = [made.path(part) for part in Part]
    name = made.name.replace(made.name.split("-")[1], "20200101T000000Z")
    for path in stale:
        path.rename(path.with_name(path.name.replace(made.name, name)))
    made.slip_path.rename(made.slip_path.with_name(f"{name}.json"))

    done = vault.create()

    assert "Key backups older than 30 days were deleted" in done.output
    old = next(each for each in list_backups(vault.folder) if each.name == name)
    assert old.path(Part.MAIN).is_file()
    assert not old.path(Part.KEYS).exists()
    assert vault.newest().path(Part.KEYS).is_file()


def opened(backup, part, vault):
    """What stands in a file, past its digests."""
    sealed = backup.path(part).read_bytes()
    return gzip.decompress(open_bytes(sealed, using=[vault.identity]))
