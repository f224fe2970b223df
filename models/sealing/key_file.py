"""The key file: where it may lie, how it is read while others change it, how it is changed.

It belongs to one owner, lies outside the data folder, and is only ever replaced as a whole, so
that whoever reads it finds the old keys or the new ones and never half of them.
"""

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from models.sealing.keys import KeyFileProblem, KeyRing, new_ring, parse_ring

LARGEST = 1024 * 1024
OTHERS_READ = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
FRESH = ".fresh"

Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """What was found in the file, and which version of the file that was."""

    stamp: Stamp
    ring: KeyRing


class FileKeys:
    """Keys read from one file, followed while they change: rotation needs no restart.

    Threads share it without a lock: a reading is exchanged as a whole, never changed.
    """

    __slots__ = ("_path", "_reading")

    def __init__(self, path: Path, reading: Reading) -> None:
        self._path, self._reading = path, reading

    @classmethod
    def read(cls, path: Path) -> "FileKeys":
        """Read and check the file. Raises KeyFileProblem with a sentence for the operator."""
        return cls(path, _read(path))

    @property
    def ring(self) -> KeyRing:
        """The keys as the file holds them now.

        If it has become unusable, or another site's, the last good ones are used on: whoever is
        answering loses nothing, and the readiness check names the file.
        """
        with suppress(KeyFileProblem, OSError):
            if _stamp(self._path.stat()) != self._reading.stamp:
                found = _read(self._path)
                if found.ring.is_of_site(self._reading.ring):
                    self._reading = found
        return self._reading.ring

    @property
    def wrapping_id(self) -> str:
        """Looks at the file each time: what is made new is wrapped with the current key."""
        return self.ring.wrapping_id

    def wrapping_key(self, key_id: str) -> bytes:
        """Looks at the file only for a key that is not known yet."""
        known = self._reading.ring
        return (known if key_id in known.names else self.ring).wrapping_key(key_id)

    def derived(self, purpose: str) -> bytes:
        return self._reading.ring.derived(purpose)


def check_place(path: Path, *, data_folder: Path | None) -> None:
    """Refuse a key file beside the data. Raises KeyFileProblem."""
    if data_folder is None or not path.resolve().is_relative_to(data_folder.resolve()):
        return
    raise KeyFileProblem(
        f"The key file {path} lies in the data folder {data_folder}: whoever copies the data takes "
        "the key along, and then nothing is sealed. Move it to a folder of its own and set "
        "WELFARE_KEY_FILE."
    )


def make_key_file(path: Path) -> FileKeys:
    """Make a new key file, never over an old one, readable by its owner only."""
    return keep_ring(path, new_ring())


def keep_ring(path: Path, ring: KeyRing) -> FileKeys:
    """Write these keys where no file is yet, and read them back. Raises KeyFileProblem."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_folder(path)
    try:
        _write(path, ring.dump())
    except FileExistsError:
        raise KeyFileProblem(f"There already is a file at {path}; it was left alone.") from None
    _keep_folder(path.parent)
    return FileKeys.read(path)


def change_key_file(path: Path, change: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Replace the file's keys by what `change` makes of them, as a whole or not at all.

    The new file is on the disk, and read back, before it takes the old one's place.
    """
    with _alone(path):
        ring = change(_read(path).ring)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}{FRESH}")
        try:
            _write(fresh, ring.dump())
            _read(fresh)
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise KeyFileProblem(
                f"The key file {path} could not be changed: its folder cannot be written, or the "
                "disk is full. It is as it was."
            ) from None
        _keep_folder(path.parent)
    return ring


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One command at a time, or one's new key would be lost with the other's file. The system
    holds the lock, so a killed command leaves none; what it left half written is removed."""
    _check_folder(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for leftover in path.parent.glob(f".{path.name}.*{FRESH}"):
            leftover.unlink()
        yield
    except BlockingIOError:
        raise KeyFileProblem(
            f"Another command is changing the key file {path}. Try again when it has ended."
        ) from None
    finally:
        os.close(handle)


def _read(path: Path) -> Reading:
    if not path.is_file():
        raise KeyFileProblem(
            f"There is no key file at {path}. `welfare setup` makes one for a new site. "
            "For an existing site, put the old file back."
        )
    _check_folder(path)
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            content = file.read(LARGEST)
    except OSError:
        raise KeyFileProblem(f"The key file {path} cannot be read.") from None
    if stat.S_IMODE(found.st_mode) & OTHERS_READ:
        raise KeyFileProblem(
            f"Others on this machine may read the key file {path}. Run: chmod 600 {path}"
        )
    try:
        return Reading(_stamp(found), parse_ring(content))
    except ValueError:
        raise KeyFileProblem(
            f"{path} is not a key file of this program, or it is damaged. Nothing has been "
            "changed. Put back an undamaged copy of this site's file."
        ) from None


def _check_folder(path: Path) -> None:
    """Whoever may write into the folder can put another file in this one's place. Where the
    folder is sticky, only the owner of a file can move it."""
    mode = path.parent.stat().st_mode
    if mode & OTHERS_WRITE and not mode & stat.S_ISVTX:
        raise KeyFileProblem(
            f"Others on this machine may change the folder of the key file {path}. "
            f"Run: chmod go-w {path.parent}"
        )


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _keep_folder(folder: Path) -> None:
    """The new name is on the disk only when the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
