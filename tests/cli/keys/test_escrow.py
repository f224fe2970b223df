"""`welfare keys escrow`: the copy in the safe, its drill, and the day the file is lost."""

import json
import stat

import pytest

from models.sealing import KeyRing, change_key_file, make_key_file
from models.tables.audit import AuditEvent
from models.vocabulary import Act
from tests.cli.keys.rings import PEOPLE, ring_of, wrap_all_anew
from welfare.gateways import offline_seal


def test_a_copy_is_sealed_and_never_written_over_another_file(run, key_file, copy, identity):
    content = copy.read_bytes()

    again = run("keys", "escrow", "create", copy, "--to", identity[1])

    assert again.exit_code == 1
    assert "left alone" in again.output
    assert copy.read_bytes() == content
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert json.loads(key_file.read_text())["root"].encode() not in content


def test_a_key_that_is_no_public_key_is_told_and_nothing_is_written(run, people, tmp_path):
    done = run("keys", "escrow", "create", tmp_path / "out", "--to", "age1nonsense")

    assert done.exit_code == 1
    assert "public key" in done.output
    assert not (tmp_path / "out").exists()


def test_the_drill_says_that_a_whole_copy_opens_the_site(run, copy, identity, database):
    done = run("keys", "escrow", "check", copy, "--identity", identity[0])

    assert done.exit_code == 0
    assert "This copy opens this site." in done.output
    with database.reading() as session:
        acts = {event.act for event in session.query(AuditEvent).all()}
    assert acts == {Act.KEYS_ESCROWED, Act.KEYS_ESCROW_CHECKED}


def test_the_drill_says_what_an_older_copy_does_not_open(run, copy, identity, key_file):
    run("keys", "rotate")

    done = run("keys", "escrow", "check", copy, "--identity", identity[0])

    assert done.exit_code == 1
    assert "This copy does not open this site as it is today" in done.output
    assert f"key {ring_of(key_file).wrapping_id}, for {PEOPLE} people" in done.output


def test_the_drill_tells_another_sites_copy(run, people, identity, tmp_path):
    other = make_key_file(tmp_path / "other" / "k.key")
    sealed = tmp_path / "other.age"
    sealed.write_bytes(
        offline_seal.seal_bytes(other.ring.dump(), to=[offline_seal.recipient(identity[1])])
    )

    done = run("keys", "escrow", "check", sealed, "--identity", identity[0])

    assert done.exit_code == 1
    assert "of another site" in done.output


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[: len(content) // 2], "damaged, cut off, or was never sealed"),
        (lambda content: b"", "damaged, cut off, or was never sealed"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "damaged, cut off"),
    ],
)
def test_a_damaged_copy_is_told(run, copy, identity, spoil, said):
    copy.write_bytes(spoil(copy.read_bytes()))

    done = run("keys", "escrow", "check", copy, "--identity", identity[0])

    assert done.exit_code == 1
    assert said in done.output
    assert "Nothing has been changed" in done.output


def test_a_copy_with_something_else_in_it_is_told(run, people, identity, tmp_path):
    sealed = tmp_path / "other.age"
    sealed.write_bytes(
        offline_seal.seal_bytes(b"a letter", to=[offline_seal.recipient(identity[1])])
    )

    done = run("keys", "escrow", "check", sealed, "--identity", identity[0])

    assert done.exit_code == 1
    assert "there are no keys of this program in it" in done.output


def test_an_identity_that_is_not_the_right_one_is_told(run, copy, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(str(offline_seal.new_identity()))

    done = run("keys", "escrow", "check", copy, "--identity", wrong)

    assert done.exit_code == 1
    assert "another identity" in done.output


def test_a_lost_key_file_comes_back_from_the_copy(run, copy, identity, key_file):
    before = ring_of(key_file)
    key_file.unlink()
    assert run("keys", "status").exit_code == 1

    done = run("keys", "escrow", "restore", copy, "--identity", identity[0])

    assert done.exit_code == 0
    assert ring_of(key_file).names == before.names
    assert run("keys", "status").exit_code == 0


def test_the_copy_of_another_site_never_takes_the_lost_files_place(
    run, people, identity, key_file, tmp_path
):
    other = make_key_file(tmp_path / "other" / "k.key")
    sealed = tmp_path / "other.age"
    sealed.write_bytes(
        offline_seal.seal_bytes(other.ring.dump(), to=[offline_seal.recipient(identity[1])])
    )
    kept = key_file.read_bytes()

    beside = run("keys", "escrow", "restore", sealed, "--identity", identity[0])
    assert key_file.read_bytes() == kept
    key_file.unlink()
    instead = run("keys", "escrow", "restore", sealed, "--identity", identity[0])

    assert "of another site" in beside.output
    assert "not the one this database was sealed with" in instead.output
    assert not key_file.exists()


def test_former_keys_come_back_for_an_older_backup(run, copy, identity, key_file, make):
    former = ring_of(key_file)
    change_key_file(key_file, KeyRing.rotated)
    wrap_all_anew(make, key_file)
    change_key_file(key_file, lambda ring: ring.without(former.names))

    done = run("keys", "escrow", "restore", copy, "--identity", identity[0])

    assert done.exit_code == 0
    assert ring_of(key_file).holds(former, former.wrapping_id)
    assert ring_of(key_file).wrapping_id != former.wrapping_id
