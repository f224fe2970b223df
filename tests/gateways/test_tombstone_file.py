"""The file of tombstones: on the disk before the database forgets, whole after any crash."""

import stat
import threading

import pytest

from welfare.gateways.tombstone_file import (
    TombstoneFileProblem,
    append,
    beside,
    read_lines,
)


@pytest.fixture
def path(tmp_path):
    return beside(tmp_path / "welfare.key")


def test_it_lies_beside_the_key_file(path):
    assert path.name == "welfare.key.tombstones"


def test_without_the_file_nobody_was_erased(path):
    assert read_lines(path) == []


def test_lines_come_back_in_order_from_a_file_of_its_owner_only(path):
    append(path, "one")
    append(path, "two")

    assert read_lines(path) == ["one", "two"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_half_a_line_was_never_followed_by_a_commit_and_is_left_out(path):
    append(path, "one")
    with path.open("ab") as file:
        file.write(b"half a li")

    assert read_lines(path) == ["one"]
    append(path, "two")
    assert read_lines(path) == ["one", "two"]


def test_two_commands_at_once_lose_no_line(path):
    threads = [
        threading.Thread(target=lambda name=name: [append(path, f"{name}{n}") for n in range(20)])
        for name in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(read_lines(path)) == sorted(f"{name}{n}" for name in "abcd" for n in range(20))


def test_a_file_that_cannot_be_written_or_read_is_told(tmp_path):
    folder = tmp_path / "welfare.key.tombstones"
    folder.mkdir()

    with pytest.raises(TombstoneFileProblem, match="Nobody was erased"):
        append(folder, "one")
    with pytest.raises(TombstoneFileProblem, match="cannot be read"):
        read_lines(folder)
