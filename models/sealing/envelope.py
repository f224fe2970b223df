"""The envelope: AES-256-GCM with a key per person, bound to table, column, row and person.

Layout of a ciphertext: 1 byte format version, 12 bytes nonce, then ciphertext and tag.
Plaintext is padded to fixed sizes, so that its length says nothing (ISO/IEC 7816-4 padding).
"""

import secrets
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
TAG_BYTES = 16
OVERHEAD = len(FORMAT) + NONCE_BYTES + TAG_BYTES  # of every ciphertext
BLOCK = 1024


class SealBroken(Exception):
    """A ciphertext does not open: wrong key, wrong place, or it was changed."""


class Ciphertext(bytes):
    """Bytes that came out of `seal` (or out of the database). Columns accept nothing else."""

    __slots__ = ()


@dataclass(frozen=True)
class Place:
    """Where a ciphertext belongs; moved anywhere else, it does not open."""

    table: str
    column: str
    row: UUID
    person: UUID

    @cached_property
    def associated(self) -> bytes:
        names = f"{self.table}|{self.column}|".encode()
        return FORMAT + names + self.row.bytes + b"|" + self.person.bytes


def new_data_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, place: Place, plain: bytes, *, size: int = BLOCK) -> Ciphertext:
    """Pad to a multiple of `size` bytes and encrypt under `key` with a fresh nonce."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = AESGCM(key).encrypt(nonce, _pad(plain, size), place.associated)
    return Ciphertext(FORMAT + nonce + body)


def open_sealed(key: bytes, place: Place, sealed: bytes) -> bytes:
    """The plaintext. Raises SealBroken; never says why, because why would help an attacker."""
    if sealed[:1] != FORMAT:
        raise SealBroken("This sealed value has an unknown format.")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _unpad(AESGCM(key).decrypt(nonce, body, place.associated))
    except (InvalidTag, ValueError):
        raise SealBroken("A sealed value could not be opened.") from None


def wrap(wrapping_key: bytes, person: UUID, data_key: bytes) -> Ciphertext:
    """A person's data key, encrypted under the key-encryption key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = AESGCM(wrapping_key).encrypt(nonce, data_key, b"person-key|" + person.bytes)
    return Ciphertext(FORMAT + nonce + body)


def unwrap(wrapping_key: bytes, person: UUID, wrapped: bytes) -> bytes:
    """The data key of this person. Raises SealBroken if the key file is another site's."""
    if wrapped[:1] != FORMAT:
        raise SealBroken("This person's key has an unknown format.")
    nonce, body = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
    try:
        return AESGCM(wrapping_key).decrypt(nonce, body, b"person-key|" + person.bytes)
    except (InvalidTag, ValueError):
        raise SealBroken("A person's key could not be opened with this key file.") from None


def _pad(plain: bytes, size: int) -> bytes:
    return plain + b"\x80" + b"\x00" * (-(len(plain) + 1) % size)


def _unpad(padded: bytes) -> bytes:
    plain = padded.rstrip(b"\x00")
    if plain[-1:] != b"\x80":
        raise ValueError("padding")
    return plain[:-1]
