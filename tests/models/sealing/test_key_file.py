"""The key file: one owner, a folder of its own, replaced as a whole, followed while it changes."""

import resource
import signal
import stat
import threading
from contextlib import contextmanager

import pytest

from models.sealing import (
    LOSS,
    FileKeys,
    KeyFileProblem,
    KeyRing,
    change_key_file,
    check_place,
    keep_ring,
    make_key_file,
)
from models.sealing.keys import new_ring

ROTATIONS = 30


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "keys" / "welfare.key"
    make_key_file(made)
    return made


@contextmanager
def full_disk():
    """No file may grow beyond a few bytes: writing fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_new_key_file_is_readable_by_its_owner_only(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_key_file_gives_the_same_keys_whenever_it_is_read(path):
    first, second = FileKeys.read(path), FileKeys.read(path)

    assert first.wrapping_id == second.wrapping_id
    assert first.wrapping_key(first.wrapping_id) == second.wrapping_key(first.wrapping_id)
    assert first.derived("index|login") == second.derived("index|login")


def test_a_key_file_is_never_made_over_an_old_file(path):
    before = path.read_bytes()

    with pytest.raises(KeyFileProblem, match="left alone"):
        make_key_file(path)

    assert path.read_bytes() == before


def test_a_missing_key_file_is_named_with_what_to_do(tmp_path):
    with pytest.raises(KeyFileProblem, match="no key file at .*gone.key.*welfare setup"):
        FileKeys.read(tmp_path / "gone.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_key_file_that_others_may_use_is_refused(path, mode):
    path.chmod(mode)

    with pytest.raises(KeyFileProblem, match="chmod 600"):
        FileKeys.read(path)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_key_file_in_a_folder_that_others_may_write_is_neither_used_nor_made(path, mode):
    path.parent.chmod(mode)

    with pytest.raises(KeyFileProblem, match="chmod go-w"):
        FileKeys.read(path)
    with pytest.raises(KeyFileProblem, match="chmod go-w"):
        make_key_file(path.with_name("other.key"))
    with pytest.raises(KeyFileProblem, match="chmod go-w"):
        change_key_file(path, KeyRing.rotated)

    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_in_a_sticky_folder_nobody_else_can_exchange_the_file_so_it_is_used(path):
    path.parent.chmod(0o1777)

    assert FileKeys.read(path).wrapping_id


@pytest.mark.parametrize("content", [b"", b"not json", b"{}", b"\x00" * 300])
def test_a_file_that_is_no_key_file_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(KeyFileProblem, match="not a key file of this program, or it is damaged"):
        FileKeys.read(path)


def test_every_problem_says_what_losing_the_file_means(path):
    problems = []
    for spoil in (lambda: path.write_bytes(b""), lambda: path.chmod(0o644), path.unlink):
        spoil()
        with pytest.raises(KeyFileProblem) as raised:
            FileKeys.read(path)
        problems.append(str(raised.value))

    assert all(said.endswith(LOSS) for said in problems)
    assert len(set(problems)) == 3


@pytest.mark.parametrize("below", ["welfare.key", "keys/welfare.key", "other/../welfare.key"])
def test_a_key_file_in_the_data_folder_is_refused(tmp_path, below):
    with pytest.raises(KeyFileProblem, match="lies in the data folder"):
        check_place(tmp_path / below, data_folder=tmp_path)


def test_a_link_into_the_data_folder_is_seen_through(tmp_path, path):
    (tmp_path / "data").mkdir()
    link = tmp_path / "link.key"
    link.symlink_to(tmp_path / "data" / "welfare.key")

    with pytest.raises(KeyFileProblem, match="lies in the data folder"):
        check_place(link, data_folder=tmp_path / "data")

    check_place(path, data_folder=tmp_path / "data")
    check_place(path, data_folder=None)


def test_a_process_that_reads_the_file_follows_a_rotation_without_a_restart(path):
    serving = FileKeys.read(path)
    before = serving.wrapping_id

    rotated = change_key_file(path, KeyRing.rotated)

    assert serving.wrapping_id == rotated.wrapping_id != before
    assert serving.wrapping_key(before) == rotated.wrapping_key(before)


def test_a_key_that_is_not_known_yet_is_looked_for_in_the_file(path):
    serving = FileKeys.read(path)

    rotated = change_key_file(path, KeyRing.rotated)

    found = serving.wrapping_key(rotated.wrapping_id)
    assert found == rotated.wrapping_key(rotated.wrapping_id)


@pytest.mark.parametrize("spoil", ["damage", "remove", "another site's", "open to all"])
def test_whoever_serves_goes_on_with_the_last_good_keys(path, spoil):
    serving = FileKeys.read(path)
    before, derived = serving.wrapping_id, serving.derived("site")
    if spoil == "damage":
        path.write_bytes(b"{}")
    elif spoil == "another site's":
        path.write_bytes(new_ring().dump())
    elif spoil == "open to all":
        change_key_file(path, KeyRing.rotated)
        path.chmod(0o644)
    else:
        path.unlink()

    assert serving.wrapping_id == before
    assert serving.derived("site") == derived
    with pytest.raises(KeyFileProblem, match="'k-gone'"):
        serving.wrapping_key("k-gone")


def test_many_threads_read_whole_keys_while_the_file_is_rotated(path):
    serving, stop, wrong = FileKeys.read(path), threading.Event(), []

    def use():
        while not stop.is_set():
            name = serving.wrapping_id
            if len(serving.wrapping_key(name)) != 32:
                wrong.append(name)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    names = [change_key_file(path, KeyRing.rotated).wrapping_id for _ in range(ROTATIONS)]
    stop.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert serving.wrapping_id == names[-1]
    assert serving.ring.names >= set(names)


def test_a_changed_file_keeps_its_mode_and_leaves_nothing_beside_it(path):
    change_key_file(path, KeyRing.rotated)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_a_killed_command_left_half_written_is_removed_by_the_next(path):
    leftover = path.with_name(f".{path.name}.1234.fresh")
    leftover.write_bytes(b"half a key")

    change_key_file(path, KeyRing.rotated)

    assert not leftover.exists()


def test_two_commands_never_change_the_file_at_once(path):
    def nested(ring):
        with pytest.raises(KeyFileProblem, match="Another command is changing"):
            change_key_file(path, KeyRing.rotated)
        return ring.rotated()

    ring = change_key_file(path, nested)

    assert FileKeys.read(path).ring.names == ring.names
    assert len(ring.names) == 2


def test_on_a_full_disk_the_key_file_stays_as_it_is(path):
    before = path.read_bytes()

    with full_disk(), pytest.raises(KeyFileProblem, match="disk is full. It is as it was"):
        change_key_file(path, KeyRing.rotated)

    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_keys_of_a_copy_are_kept_where_no_file_is(tmp_path):
    ring, place = new_ring().rotated(), tmp_path / "new" / "welfare.key"

    kept = keep_ring(place, ring)

    assert kept.ring.names == ring.names
    assert kept.derived("site") == ring.derived("site")


def test_keys_never_show_in_their_text(path):
    keys = FileKeys.read(path)

    assert repr(keys.ring).startswith("<models.sealing.keys.KeyRing object")
    assert str(keys) == repr(keys)
    assert repr(keys).startswith("<models.sealing.key_file.FileKeys object")
