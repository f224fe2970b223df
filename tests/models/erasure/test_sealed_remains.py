"""What stays sealed after an erasure opens with no key, not even with an old copy."""

from pathlib import Path

import pytest

from models import erasure, vault
from models.sealing import SealBroken, unwrap
from models.session import forget_old_versions
from models.tables.care import Alert
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening
from tests.models.erasure.remains import erase, rows, sealed_values


def test_with_an_old_copy_of_the_key_nothing_opens_either(watched, whole, make):
    with watched.reading() as session:
        kept = session.get_one(PersonKey, whole.person_id)
        stolen = unwrap(watched.keys.wrapping_key(kept.wrapping_id), kept.person_id, kept.wrapped)
        before = sealed_values(session, whole.person_id)
    telling = {"person_key", "identity", "totp_secret", "draft"}

    erase(watched, whole, make.now)

    with watched.reading() as session:
        after = sealed_values(session, whole.person_id)
        left = {place for place in before if place[0] not in telling}
        assert set(after) == left
        assert {place[0] for place in left} >= {"person", "screening", "alert", "conflict_copy"}
        assert {"legal_hold"} <= {place[0] for place in left}
        for place, value in after.items():
            assert (value != before[place]) is (place[0] != "conflict_copy")
            assert len(value) == len(before[place])
        for table, column in ((Person, "facts"), (Screening, "payload"), (Alert, "detail")):
            for row in rows(session, table):
                with pytest.raises(SealBroken):
                    vault.opened(stolen, row, column)


def test_a_destroyed_key_is_left_neither_in_the_file_nor_in_its_log(database, whole, make):
    if database.engine.dialect.name != "sqlite":
        with database.reading() as session:
            assert session.get(PersonKey, whole.person_id) is not None
        erase(database, whole, make.now)
        forget_old_versions(database)  # what a server does with freed room is its own affair
        return
    path = Path(database.engine.url.database)
    with database.reading() as session:
        wrapped = bytes(session.get_one(PersonKey, whole.person_id).wrapped)
        content = bytes(session.get_one(Identity, whole.person_id).content)
    files = [path, path.with_name(path.name + "-wal")]
    assert any(wrapped in file.read_bytes() for file in files if file.exists())

    erase(database, whole, make.now)
    forget_old_versions(database)

    for file in files:
        held = file.read_bytes() if file.exists() else b""
        assert wrapped not in held
        assert content not in held
    with database.reading() as session:
        assert session.get(Person, whole.person_id) is not None


def test_no_id_made_from_a_file_finds_the_answers(watched, whole, make):
    with watched.reading() as session:
        before = {screening.submission_id for screening in rows(session, Screening)}

    erase(watched, whole, make.now)

    with watched.reading() as session:
        after = {screening.submission_id for screening in rows(session, Screening)}
    assert len(after) == len(before) == 2
    assert not after & before


def test_old_versions_are_forgotten_wherever_something_was_sealed(watched, whole, make):
    with watched.reading() as session:
        sealed = {place[0] for place in sealed_values(session, whole.person_id)}

    names = {table.name for table in erasure.rewritten_tables()}

    assert names >= sealed - {"conflict_copy", "note"}  # rows that are never written again
    assert names >= {"person_key", "account", "screening", "alert", "contact_attempt"}
