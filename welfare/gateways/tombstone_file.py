"""The file of tombstones, beside the key file: who was erased, for the day of a restore.

One line for each erasure, without a name. It is written before the database commits, so that
no backup can bring back somebody whose erasure was promised.
"""

import fcntl
import os
from pathlib import Path

SUFFIX = ".tombstones"


class TombstoneFileProblem(Exception):
    """The file cannot be used; the sentence is for the operator."""


def beside(key_file: Path) -> Path:
    return key_file.with_name(key_file.name + SUFFIX)


def append(path: Path, line: str) -> None:
    """Add one line, on the disk when this returns. Raises TombstoneFileProblem."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            whole = file.read().rfind(b"\n") + 1  # half a line was never followed by a commit
            file.truncate(whole)
            file.seek(whole)
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        _keep_folder(path.parent)
    except OSError:
        raise TombstoneFileProblem(
            f"The file of tombstones {path} cannot be written. Nobody was erased."
        ) from None


def read_lines(path: Path) -> list[str]:
    """Its whole lines, oldest first; none if nobody was ever erased."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError:
        raise TombstoneFileProblem(f"The file of tombstones {path} cannot be read.") from None
    whole = content[: content.rfind(b"\n") + 1]
    return whole.decode(errors="replace").splitlines()


def _keep_folder(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
