"""`welfare keys rotate`, `status` and `retire`: new keys, and former ones that leave the file."""

import json
import stat
from datetime import timedelta

from models.sealing import FileKeys, KeyRing, change_key_file
from models.tables.people import PersonKey
from models.vocabulary import Act
from tests.cli.keys.rings import PEOPLE, note, ring_of, wrap_all_anew, wrapped_with
from tests.factories import Factory


def test_rotation_wraps_everybody_anew_and_says_what_to_do_next(run, key_file, people, database):
    before = ring_of(key_file)

    done = run("keys", "rotate")

    after = ring_of(key_file)
    assert done.exit_code == 0
    assert f"A new key is in the file: {after.wrapping_id}" in done.output
    assert f"{PEOPLE} of {PEOPLE}" in done.output
    assert "make a new escrow copy" in done.output
    assert after.names == before.names | {after.wrapping_id}
    assert wrapped_with(database) == {after.wrapping_id}
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_rotation_that_was_begun_goes_on_without_another_key(run, key_file, people, database):
    begun = change_key_file(key_file, KeyRing.rotated)

    done = run("keys", "rotate")

    assert f"Going on with the rotation to {begun.wrapping_id}" in done.output
    assert ring_of(key_file).names == begun.names
    assert wrapped_with(database) == {begun.wrapping_id}


def test_damaged_keys_do_not_stop_the_others(run, key_file, people, database, make):
    with make.kept() as session:
        rows = [session.get_one(PersonKey, person.id) for person in people[:2]]
        rows[0].wrapped, rows[1].wrapped = rows[1].wrapped, rows[0].wrapped
    begun = change_key_file(key_file, KeyRing.rotated)

    done = run("keys", "rotate")

    assert done.exit_code == 1
    assert "2 people's keys are damaged and were left as they are" in done.output
    assert begun.wrapping_id in wrapped_with(database)


def test_a_key_that_the_file_lacks_is_named_and_no_new_one_is_made(run, key_file, people, database):
    lost = ring_of(key_file)
    rotated = change_key_file(key_file, KeyRing.rotated)
    change_key_file(key_file, lambda ring: ring.without(lost.names))
    before = key_file.read_bytes()

    status, done = run("keys", "status"), run("keys", "rotate")

    assert "MISSING FROM THE FILE" in status.output
    assert done.exit_code == 1
    assert f"sealed with key {lost.wrapping_id!r}" in done.output
    assert key_file.read_bytes() == before
    assert rotated.wrapping_id not in wrapped_with(database)


def test_status_tells_how_many_each_key_wraps_and_never_a_key(run, key_file, people):
    run("keys", "rotate")
    ring = ring_of(key_file)

    done = run("keys", "status")

    assert f"{ring.wrapping_id}  current   {PEOPLE} people" in done.output
    assert "former    0 people" in done.output
    for secret in json.loads(key_file.read_text())["wrapping"].values():
        assert secret not in done.output


def test_former_keys_stay_until_a_new_copy_was_tried_and_an_hour_has_passed(
    run, key_file, people, identity, tmp_path
):
    run("keys", "rotate")
    before = key_file.read_bytes()

    done = run("keys", "retire")

    assert done.exit_code == 1
    assert "not an hour old" in done.output
    assert key_file.read_bytes() == before


def test_former_keys_leave_the_file_and_what_that_means_is_said(
    run, key_file, people, database, make
):
    former = ring_of(key_file)
    rotated = change_key_file(key_file, KeyRing.rotated)
    wrap_all_anew(make, key_file)
    note(make, Act.KEYS_ROTATED, make.now - timedelta(hours=3))

    refused = run("keys", "retire")
    note(make, Act.KEYS_ESCROW_CHECKED, make.now - timedelta(hours=2))
    done = run("keys", "retire")

    assert "No escrow copy has been tried" in refused.output
    assert done.exit_code == 0
    assert f"Taken out of the key file: {former.wrapping_id}" in done.output
    assert "cannot be restored with this file" in done.output
    assert ring_of(key_file).names == {rotated.wrapping_id}
    assert run("keys", "status").exit_code == 0
    assert "or there is none" in run("keys", "retire").output


def test_somebody_enrolled_by_a_serving_process_after_a_rotation_is_readable_to_all(
    run, key_file, people, database, make
):
    serving = type(database)(database.engine, FileKeys.read(key_file), database.sessions)
    run("keys", "rotate")

    Factory(serving, make.now).person(make.root)

    assert wrapped_with(database) == {ring_of(key_file).wrapping_id}
    assert run("keys", "status").exit_code == 0
