"""One secret in a file of its own, such as a password that systemd or a container hands over."""

import stat
from collections.abc import Mapping
from pathlib import Path

LONGEST_SECRET = 4096
# Where systemd puts what LoadCredential= hands over; their group bits mean nothing there.
CREDENTIALS = "CREDENTIALS_DIRECTORY"


class SecretUnusable(Exception):
    """The rest of a sentence that begins with the setting's name."""


def read_secret(path: Path, *, environ: Mapping[str, str]) -> str:
    """The file's one line. What others may read is no secret any more: raises SecretUnusable."""
    try:
        if not path.is_file():
            raise SecretUnusable("names a file that is not there.")
        if path.stat().st_mode & _too_open(path, environ):
            raise SecretUnusable("names a file that others may read. Run chmod 600 on it.")
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_SECRET).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise SecretUnusable("names a file that cannot be read.") from None
    if not text or not text.isprintable():
        raise SecretUnusable("names a file that is not one line of text.")
    return text


def _too_open(path: Path, environ: Mapping[str, str]) -> int:
    credentials = environ.get(CREDENTIALS)
    handed_over = bool(credentials) and path.resolve().is_relative_to(
        Path(credentials or "").resolve()
    )
    return stat.S_IRWXO if handed_over else stat.S_IRWXG | stat.S_IRWXO
