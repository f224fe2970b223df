"""Sealing: keys from outside the database, a data key per person, ciphertext bound to its place."""

from models.sealing.digests import blind_index, keyed_digest
from models.sealing.envelope import (
    Ciphertext,
    Place,
    SealBroken,
    new_data_key,
    open_sealed,
    seal,
    unwrap,
    wrap,
)
from models.sealing.key_file import (
    FileKeys,
    change_key_file,
    check_place,
    keep_ring,
    make_key_file,
)
from models.sealing.keys import LOSS, KeyFileProblem, KeyRing, Keys, parse_ring
from models.sealing.secret_file import SecretUnusable, read_secret

__all__ = [
    "LOSS",
    "Ciphertext",
    "FileKeys",
    "KeyFileProblem",
    "KeyRing",
    "Keys",
    "Place",
    "SealBroken",
    "SecretUnusable",
    "blind_index",
    "change_key_file",
    "check_place",
    "keep_ring",
    "keyed_digest",
    "make_key_file",
    "new_data_key",
    "open_sealed",
    "parse_ring",
    "read_secret",
    "seal",
    "unwrap",
    "wrap",
]
