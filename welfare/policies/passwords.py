"""What a password must be and how it is kept: argon2id, never more than two hashes at a time."""

import secrets
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from welfare.errors import InputRefused

HASHER = PasswordHasher()  # argon2id, RFC 9106 low-memory profile: 64 MiB, 3 passes
HASHING = Semaphore(2)  # each hash takes 64 MiB: more at once would be an attack on memory
NOBODY = HASHER.hash(secrets.token_urlsafe(16))  # so that unknown names take as long
SHORTEST = 12
LONGEST = 200
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without the letters that are misread


def check_new_password(password: str, *, field: str = "new") -> None:
    """Raises InputRefused for one that is too short or too long."""
    if len(password) < SHORTEST:
        raise InputRefused({field: "too_short"})
    if len(password) > LONGEST:
        raise InputRefused({field: "too_long"})


def hashed(password: str) -> str:
    with HASHING:
        return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Is this the password? Takes as long where there is nothing to compare with."""
    try:
        with HASHING:
            HASHER.verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def first_password() -> str:
    """Four groups of four, 79 bits: to be typed once and then changed."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
