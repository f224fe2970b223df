"""What a stranger with the public key alone can put under a seal: it is refused in a sentence."""

import json
import zlib

import pytest

from models.base import new_key
from welfare.gateways.backup_frames import (
    GZIP,
    LONGEST_PREAMBLE,
    MAGIC,
    BackupRefused,
    Part,
    Preamble,
    Unpacker,
    packed,
)

NOT_OURS = "This file is not a backup of this program."


@pytest.fixture
def read(keys):
    """Unpack what was packed; gives the preamble."""

    def unpacked(content):
        unpacker = Unpacker(keys=keys, part=Part.MAIN, take=lambda _frame, _body: None)
        unpacker.write(content)
        return unpacker.finish()

    return unpacked


def squeezed(plain):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    return squeeze.compress(plain) + squeeze.flush()


@pytest.mark.parametrize("depth", [2000, LONGEST_PREAMBLE - 100, LONGEST_PREAMBLE, 900_000])
def test_a_preamble_of_brackets_in_brackets_is_refused(read, depth):
    with pytest.raises(BackupRefused, match=NOT_OURS):
        read(squeezed(MAGIC + b"[" * depth + b"\n"))


@pytest.mark.parametrize("more", [LONGEST_PREAMBLE, 500_000])
def test_a_preamble_that_is_too_long_is_refused_though_it_ends(read, keys, more):
    run = new_key()
    said = json.loads(Preamble(Part.MAIN, run).written(keys)[len(MAGIC) :])

    with pytest.raises(BackupRefused, match=NOT_OURS):
        read(squeezed(MAGIC + json.dumps(said | {"more": "x" * more}).encode() + b"\n"))


def test_what_this_site_packed_is_read(read, keys):
    preamble = Preamble(Part.MAIN, new_key())

    assert read(b"".join(packed(preamble, [b"E{}"], keys=keys))) == preamble
