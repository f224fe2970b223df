"""Keyed digests: to find a row by a secret word, or tell two contents apart, without showing it."""

import hmac
import unicodedata
from hashlib import sha256

from models.sealing.keys import Keys


def blind_index(keys: Keys, field: str, value: str) -> bytes:
    """A 32-byte search value for a login or service number; case and width do not matter.

    Only for values with many possibilities: over a rank or a birth year it could be guessed.
    """
    normal = unicodedata.normalize("NFKC", value).strip().casefold()
    return keyed_digest(keys.derived(f"index|{field}"), normal.encode())


def keyed_digest(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA-256. A plain digest of a short questionnaire is found by trying all answers."""
    return hmac.new(key, content, sha256).digest()
