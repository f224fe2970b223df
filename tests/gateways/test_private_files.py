"""Files for one reader: new, whole, and closed to everybody else."""

import resource
import signal
import stat

import pytest

from welfare.gateways.private_files import CannotWrite, insist_on_new, write_new


def test_a_file_is_written_for_its_owner_only(tmp_path):
    write_new(tmp_path / "out", b"content")

    assert (tmp_path / "out").read_bytes() == b"content"
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_left_alone(tmp_path):
    there = tmp_path / "out"
    there.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")

    for path in (there, link):
        with pytest.raises(CannotWrite, match="left alone"):
            insist_on_new(path)
        with pytest.raises(CannotWrite, match="left alone"):
            write_new(path, b"new")

    assert there.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_told_before_anything_is_done(tmp_path):
    with pytest.raises(CannotWrite, match="no folder"):
        insist_on_new(tmp_path / "nowhere" / "out")
    with pytest.raises(CannotWrite, match="cannot be written"):
        write_new(tmp_path / "nowhere" / "out", b"")

    insist_on_new(tmp_path / "out")


def test_on_a_full_disk_nothing_half_written_is_left(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(CannotWrite, match="disk full"):
            write_new(tmp_path / "out", b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert list(tmp_path.iterdir()) == []
