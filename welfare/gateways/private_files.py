"""Files for one reader: never over a file that is there, readable by their owner only."""

import os
from pathlib import Path


class CannotWrite(Exception):
    """The file was not written; the sentence is for the operator."""


def insist_on_new(path: Path) -> None:
    """Asked before anything is done, so that nothing is done in vain. Raises CannotWrite."""
    if path.exists() or path.is_symlink():
        raise CannotWrite(f"There already is a file at {path}; it was left alone.")
    if not path.parent.is_dir():
        raise CannotWrite(f"There is no folder {path.parent}.")


def write_new(path: Path, content: bytes) -> None:
    """On the disk when this returns. Raises CannotWrite and leaves nothing half written."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise CannotWrite(f"There already is a file at {path}; it was left alone.") from None
    except OSError:
        raise CannotWrite(f"The file {path} cannot be written.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise CannotWrite(f"The file {path} cannot be written: is the disk full?") from None
