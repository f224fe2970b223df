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
from models.sealing.keys import FileKeys, KeyFileProblem, Keys, make_key_file

__all__ = [
    "Ciphertext",
    "FileKeys",
    "KeyFileProblem",
    "Keys",
    "Place",
    "SealBroken",
    "blind_index",
    "keyed_digest",
    "make_key_file",
    "new_data_key",
    "open_sealed",
    "seal",
    "unwrap",
    "wrap",
]
