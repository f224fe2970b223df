"""The keys of a site: a port, and the ring of keys that one key file holds.

The file is JSON. It holds the key-encryption keys that wrap every person's data key (one of
them is the current one), and a separate root from which the keys for blind indexes, form tokens
and the site's mark are derived. Rotation replaces the first and never the root: every sign-in
name and service number is found by a digest under the root, and a digest cannot be made anew
without the name.
"""

import hmac
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
FORMAT = "welfare-keys-1"
PARTS = frozenset({"format", "current", "wrapping", "root"})
CHECK = "check"  # files of earlier versions have none
LOSS = (
    "Without the right key file nothing in the database can be read, by anybody, ever: "
    "no password and no support can bring the records back."
)


class KeyFileProblem(Exception):
    """The key file is missing, unreadable or not ours. Nothing has been touched.

    `cause` in one or two sentences; what losing the file means is always said with it.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(f"{cause}\n{LOSS}")


class Keys(Protocol):
    """The port. A key-management service would be a second adapter."""

    @property
    def wrapping_id(self) -> str: ...

    def wrapping_key(self, key_id: str) -> bytes: ...

    def derived(self, purpose: str) -> bytes: ...


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class KeyRing:
    """What one key file holds. `repr` is off: a key must never reach a log."""

    wrapping_id: str
    _wrapping: Mapping[str, bytes]
    _root: bytes
    _derived: dict[str, bytes] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """Of the key-encryption keys, current and former."""
        return frozenset(self._wrapping)

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

    def is_of_site(self, other: "KeyRing") -> bool:
        """Have both the same root? Rotation keeps it, and no two sites share one."""
        return hmac.compare_digest(self._root, other._root)

    def holds(self, other: "KeyRing", name: str) -> bool:
        """Is this key here too, and the same?"""
        mine = self._wrapping.get(name)
        return mine is not None and hmac.compare_digest(mine, other.wrapping_key(name))

    def rotated(self) -> "KeyRing":
        """With a new current key; the former ones stay, to open what they have wrapped."""
        name = _new_name()
        return self._with(name, {**self._wrapping, name: secrets.token_bytes(KEY_BYTES)})

    def without(self, names: Collection[str]) -> "KeyRing":
        """Without former keys. The current one is never taken away."""
        gone = frozenset(names) - {self.wrapping_id}
        left = {name: key for name, key in self._wrapping.items() if name not in gone}
        return self._with(self.wrapping_id, left)

    def joined(self, other: "KeyRing") -> "KeyRing":
        """With the other's former keys too, so that an older backup opens again."""
        return self._with(self.wrapping_id, {**other._wrapping, **self._wrapping})

    def dump(self) -> bytes:
        """The content of a key file."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "current": self.wrapping_id,
            "wrapping": {name: b64encode(key).decode() for name, key in self._wrapping.items()},
            "root": b64encode(self._root).decode(),
        }
        return json.dumps({**content, CHECK: _check(content)}, indent=1).encode()

    def _with(self, current: str, wrapping: Mapping[str, bytes]) -> "KeyRing":
        return KeyRing(current, wrapping, self._root)


def new_ring() -> KeyRing:
    name = _new_name()
    return KeyRing(name, {name: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))


def parse_ring(content: bytes) -> KeyRing:
    """What `dump` made. Raises ValueError for anything else, and for a single changed byte."""
    try:
        return _parsed(json.loads(content, object_pairs_hook=_each_once))
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("content") from None


def _parsed(content: dict[str, Any]) -> KeyRing:
    """A file of an earlier version carries no check value, but then it holds nothing else."""
    if frozenset(content) - {CHECK} != PARTS or content["format"] != FORMAT:
        raise ValueError("format")
    parts = {name: content[name] for name in content if name != CHECK}
    if not hmac.compare_digest(content.get(CHECK, _check(parts)), _check(parts)):
        raise ValueError("check")
    wrapping = {str(name): _key(text) for name, text in content["wrapping"].items()}
    current = content["current"]
    if current not in wrapping:
        raise ValueError("current")
    return KeyRing(current, wrapping, _key(content["root"]))


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two keys with one name, one would be lost."""
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("the same name twice")
    return content


def _check(parts: Mapping[str, Any]) -> str:
    """Notices damage: one changed letter of a key would be another key, and open nothing."""
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _new_name() -> str:
    return f"k{secrets.token_hex(4)}"


def _key(text: object) -> bytes:
    key = b64decode(str(text), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("length")
    return key
