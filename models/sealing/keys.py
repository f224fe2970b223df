"""Where the keys come from: a port, and the adapter that reads them from a file.

The file is JSON, made by `welfare setup`, readable by its owner only, kept outside the data
folder. It holds the key-encryption key that wraps every person's data key, and a separate
root from which the keys for blind indexes and form tokens are derived: those must stay
when the key-encryption key is replaced.
"""

import json
import os
import secrets
import stat
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
FORMAT = "welfare-keys-1"


class KeyFileProblem(Exception):
    """The key file is missing, unreadable or not ours. Nothing has been touched."""


class Keys(Protocol):
    """The port. A key-management service would be a second adapter."""

    @property
    def wrapping_id(self) -> str: ...

    def wrapping_key(self, key_id: str) -> bytes: ...

    def derived(self, purpose: str) -> bytes: ...


@dataclass(frozen=True, slots=True, repr=False)
class FileKeys:
    """Keys read from one file. `repr` is off: a key must never reach a log."""

    wrapping_id: str
    _wrapping: dict[str, bytes]
    _root: bytes
    _derived: dict[str, bytes] = field(default_factory=dict)

    def wrapping_key(self, key_id: str) -> bytes:
        """The 32-byte key-encryption key of this name.

        Raises KeyFileProblem if the database was sealed with a key that this file lacks.
        """
        try:
            return self._wrapping[key_id]
        except KeyError:
            raise KeyFileProblem(
                f"This database was sealed with key {key_id!r}, which the key file lacks. "
                "Put back the right key file; nothing has been changed."
            ) from None

    def derived(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (HKDF-SHA-256, RFC 5869)."""
        if purpose not in self._derived:
            hkdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"welfare|{purpose}".encode())
            self._derived[purpose] = hkdf.derive(self._root)
        return self._derived[purpose]

    @classmethod
    def read(cls, path: Path) -> "FileKeys":
        """Read and check the file. Raises KeyFileProblem with a sentence for the operator."""
        if not path.is_file():
            raise KeyFileProblem(
                f"There is no key file at {path}. `welfare setup` makes one for a new site. "
                "For an existing site, put the old file back: without it nothing can be read."
            )
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyFileProblem(
                f"Others on this machine may read the key file {path}. Run: chmod 600 {path}"
            )
        try:
            return cls._parse(json.loads(path.read_text()))
        except (ValueError, KeyError, TypeError, AttributeError, BadBase64):
            raise KeyFileProblem(f"{path} is not a key file of this program.") from None
        except OSError:
            raise KeyFileProblem(f"The key file {path} cannot be read.") from None

    @classmethod
    def _parse(cls, content: dict[str, object]) -> "FileKeys":
        if content["format"] != FORMAT:
            raise ValueError("format")
        named = content["wrapping"]
        if not isinstance(named, dict):
            raise TypeError("wrapping")
        wrapping = {str(name): _key(text) for name, text in named.items()}
        current = str(content["current"])
        if current not in wrapping:
            raise ValueError("current")
        return cls(current, wrapping, _key(content["root"]))


def make_key_file(path: Path) -> FileKeys:
    """Make a new key file, never over an old one, readable by its owner only."""
    name = f"k{secrets.token_hex(4)}"
    content = {
        "format": FORMAT,
        "current": name,
        "wrapping": {name: b64encode(secrets.token_bytes(KEY_BYTES)).decode()},
        "root": b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileProblem(f"There already is a file at {path}; it was left alone.") from None
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return FileKeys.read(path)


def _key(text: object) -> bytes:
    key = b64decode(str(text), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("length")
    return key
