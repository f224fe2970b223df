"""A bench to damage a copy of a good backup on, by whoever has which key."""

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.base import new_key
from models.sealing import Keys
from tests.cli.backed_up import Vault
from welfare.gateways.backup_files import Backup
from welfare.gateways.backup_frames import (
    DIGEST_BYTES,
    LENGTH_BYTES,
    MAGIC,
    Part,
    Preamble,
    packed,
)
from welfare.gateways.offline_seal import open_bytes, seal_bytes

MAIN, KEYS = Part.MAIN, Part.KEYS


@dataclass(frozen=True)
class Bench:
    """A copy of a good backup, another good one of the same site, and everybody's keys."""

    backup: Backup
    other: Backup
    vault: Vault
    keys: Keys
    other_keys: Keys

    def file(self, part: Part) -> Path:
        return self.backup.path(part)

    def without_slip(self) -> None:
        """So that the seal alone has to notice."""
        self.backup.slip_path.unlink()

    def change(self, part: Part, change: Callable[[bytes], bytes]) -> None:
        self.without_slip()
        self.file(part).write_bytes(change(self.file(part).read_bytes()))

    def plain(self, part: Part) -> bytes:
        sealed = self.file(part).read_bytes()
        return unpacked(open_bytes(sealed, using=[self.vault.identity]))

    def reseal(self, part: Part, packed_up: bytes) -> None:
        """As anybody can who has the public key."""
        self.without_slip()
        to = [self.vault.identity.to_public()]
        self.file(part).write_bytes(seal_bytes(packed_up, to=to))

    def reframe(self, part: Part, change: Callable[[list[bytes]], list[bytes]]) -> None:
        """As somebody can who has stolen the identity, but not the key file."""
        begin, frames = self._frames(part)
        self.reseal(part, gzip.compress(begin + b"".join(change(frames))))

    def remake(self, part: Part, change: Callable[[list[bytes]], list[bytes]]) -> None:
        """With the identity and the key file: every digest fits, but the contents do not."""
        begin, frames = self._frames(part)
        bodies = [frame[LENGTH_BYTES:-DIGEST_BYTES] for frame in frames]
        said = json.loads(begin[len(MAGIC) :])
        run = Preamble(part, type(new_key())(said["run"]))
        self.reseal(part, b"".join(packed(run, change(bodies), keys=self.keys)))

    def _frames(self, part: Part) -> tuple[bytes, list[bytes]]:
        plain = self.plain(part)
        end = plain.index(b"\n", len(MAGIC)) + 1
        begin, rest, frames = plain[:end], plain[end:], []
        while rest:
            whole = LENGTH_BYTES + int.from_bytes(rest[:LENGTH_BYTES]) + DIGEST_BYTES
            frames.append(rest[:whole])
            rest = rest[whole:]
        return begin, frames


def unpacked(content: bytes) -> bytes:
    return zlib.decompressobj(31).decompress(content)
