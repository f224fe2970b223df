"""What a password must be and how it is kept: argon2id, never more than two hashes at a time."""

import gzip
import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
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
# Public lists of what people choose: entries of 12 characters and more, and words of letters
# alone, which make no good password with a few digits around them either.
COMMON = Path(__file__).with_name("common_passwords.txt.gz")
OWN_WORD_LEAST = 4
LEFT_LEAST = 8  # characters beside the own names
FEWEST_DIFFERENT = 5
RUN_SHARE = 0.7  # from here on most of it is "abcd", "4321" or a walk along the keyboard
WALKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
STEPS = frozenset(
    pair for walk in WALKS for pair in zip(walk + walk[::-1], (walk + walk[::-1])[1:], strict=False)
)
ENDS = re.compile(r"^[^a-z]+|[^a-z]+$")
SERVICE_WORDS = ("welfare",)


def check_new_password(password: str, *, field: str = "new", own_words: Iterable[str] = ()) -> None:
    """Raises InputRefused for one that is too short, too long, or among the first to be guessed.

    `own_words`: names of the person and the site. There are no rules about kinds of characters.
    """
    plain = unicodedata.normalize("NFKC", password).casefold().strip()
    reason = (
        _length_problem(password)
        or ("too_common" if _is_common(plain) else None)
        or ("too_simple" if _is_simple(plain) else None)
        or ("has_own_name" if _is_own_name(plain, own_words) else None)
    )
    if reason:
        raise InputRefused({field: reason})


def hashed(password: str) -> str:
    with HASHING:
        return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Is this the password? Takes as long where there is nothing to compare with."""
    is_kept = stored is not None and stored.startswith("$argon2id$")
    try:
        with HASHING:
            HASHER.verify(stored if stored is not None and is_kept else NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return is_kept


def first_password() -> str:
    """Four groups of four, 79 bits: to be typed once and then changed."""
    return in_groups(groups=4, letters=4)


def in_groups(*, groups: int, letters: int) -> str:
    """Chance, to be read from paper and typed."""
    made = ("".join(secrets.choice(ALPHABET) for _ in range(letters)) for _ in range(groups))
    return "-".join(made)


def _length_problem(password: str) -> str | None:
    if len(password) < SHORTEST:
        return "too_short"
    return "too_long" if len(password) > LONGEST else None


def _is_common(plain: str) -> bool:
    return plain in _common() or ENDS.sub("", plain) in _common()


@cache
def _common() -> frozenset[str]:
    with gzip.open(COMMON, "rt", encoding="ascii") as file:
        return frozenset(file.read().split("\n"))


def _is_simple(plain: str) -> bool:
    """Few different characters, one piece again and again, or a walk along the keyboard."""
    if len(set(plain)) < FEWEST_DIFFERENT or plain in (plain + plain)[1:-1]:
        return True
    pairs = list(zip(plain, plain[1:], strict=False))
    return sum(pair in STEPS or pair[0] == pair[1] for pair in pairs) / len(pairs) >= RUN_SHARE


def _is_own_name(plain: str, own_words: Iterable[str]) -> bool:
    """Too little is left beside the names that everybody knows."""
    left = plain
    for word in sorted({*SERVICE_WORDS, *own_words}, key=len, reverse=True):
        known = word.casefold().strip()
        if len(known) >= OWN_WORD_LEAST:
            left = left.replace(known, "")
    return left != plain and len(left) < LEFT_LEAST
