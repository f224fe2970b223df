"""The form of a backup below its age seal: frames in a chain that only the site's key continues.

An age seal keeps strangers from reading, but whoever has the public key can make one. So each
frame carries a digest under a key from the key file, over itself and all before it. Nothing of
a frame is looked at before that fits; so neither foreign rows nor endless zeros come far.
"""

import hmac
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from models.sealing import Keys, keyed_digest

MAGIC = b"welfare-backup\n"
FORM = 1
KEY_PURPOSE = "backups"
DIGEST_BYTES = 32
LENGTH_BYTES = 4
LONGEST_PREAMBLE = 4096
LONGEST_FRAME = 16 * 1024 * 1024
PIECE = 1024 * 1024
BLOCK = 256 * 1024  # files are padded to multiples of it, so that sizes say less
GZIP = 31  # zlib's name for a gzip envelope
QUICK = 3  # most of a backup is sealed and cannot be packed anyway


class BackupRefused(Exception):
    """A backup cannot be used; the sentence is for the operator. Nothing has been changed."""


class Part(StrEnum):
    MAIN = "main"
    KEYS = "keys"


class Frame(StrEnum):
    HEADER = "H"
    ROWS = "R"
    END = "E"


@dataclass(frozen=True, slots=True)
class Preamble:
    """Says what follows, before anything is trusted. `run` binds the two files of one backup."""

    part: Part
    run: UUID

    def written(self, keys: Keys) -> bytes:
        said = {"form": FORM, "part": self.part, "run": self.run.hex, "keys": fingerprint(keys)}
        return MAGIC + json.dumps(said).encode() + b"\n"

    def key(self, keys: Keys) -> bytes:
        """A key for this part of this run alone: frames of others do not fit in between."""
        named = f"{self.part}|".encode() + self.run.bytes
        return keyed_digest(keys.derived(KEY_PURPOSE), named)


def fingerprint(keys: Keys) -> str:
    """Tells one key file from another, and nothing about it."""
    return keyed_digest(keys.derived(KEY_PURPOSE), b"fingerprint")[:8].hex()


def packed(preamble: Preamble, bodies: Iterable[bytes], *, keys: Keys) -> Iterator[bytes]:
    """Preamble and frames, chained, packed and padded, one piece at a time."""
    squeeze, total = zlib.compressobj(QUICK, zlib.DEFLATED, GZIP), 0
    for piece in _chained(preamble, bodies, keys):
        for out in (squeeze.compress(piece[at : at + PIECE]) for at in range(0, len(piece), PIECE)):
            total += len(out)
            yield out
    rest = squeeze.flush()
    total += len(rest)
    yield rest
    yield bytes(-total % BLOCK)


def _chained(preamble: Preamble, bodies: Iterable[bytes], keys: Keys) -> Iterator[bytes]:
    key, begin = preamble.key(keys), preamble.written(keys)
    link = keyed_digest(key, begin)
    yield begin
    for body in bodies:
        if len(body) > LONGEST_FRAME:
            raise BackupRefused("A row is too long for a backup; nothing was written.")
        link = keyed_digest(key, link + body)
        yield len(body).to_bytes(LENGTH_BYTES) + body + link


class Unpacker:
    """Takes what an age seal let out and hands on each frame whose digest fits."""

    def __init__(self, *, keys: Keys, part: Part, take: Callable[[Frame, bytes], None]) -> None:
        self._keys, self._part, self._take = keys, part, take
        self._stretch = zlib.decompressobj(GZIP)
        self._waiting = bytearray()
        self._key = self._link = b""
        self._is_ended = False
        self._preamble: Preamble | None = None

    def write(self, content: bytes, /) -> None:
        """Raises BackupRefused at the first frame that does not fit."""
        while content and not self._stretch.eof:
            try:
                self._waiting += self._stretch.decompress(content, PIECE)
            except zlib.error:
                raise BackupRefused("This file is damaged, or not a backup.") from None
            content = self._stretch.unconsumed_tail
            self._split()
            if self._stretch.eof:
                content = self._stretch.unused_data
        if content.strip(b"\0"):
            raise BackupRefused("Something stands behind the end of this backup.")

    def finish(self) -> Preamble:
        """Call at the end of the file. Raises BackupRefused if frames are missing."""
        is_whole = self._is_ended and self._stretch.eof and not self._waiting
        if self._preamble is None or not is_whole:
            raise BackupRefused("This backup ends too early, or goes on behind its end.")
        return self._preamble

    def _split(self) -> None:
        if self._preamble is None and not self._begin():
            return
        while (whole := self._frame_length()) and len(self._waiting) >= whole:
            framed = bytes(self._waiting[LENGTH_BYTES:whole])
            del self._waiting[:whole]
            self._hand_on(framed[:-DIGEST_BYTES], framed[-DIGEST_BYTES:])

    def _frame_length(self) -> int:
        """Of the next frame with its length and digest; 0 while that is not known yet."""
        if len(self._waiting) < LENGTH_BYTES:
            return 0
        length = int.from_bytes(self._waiting[:LENGTH_BYTES])
        if not 0 < length <= LONGEST_FRAME:
            raise BackupRefused("This backup is damaged: a part of it has an impossible length.")
        return LENGTH_BYTES + length + DIGEST_BYTES

    def _hand_on(self, body: bytes, digest: bytes) -> None:
        link = keyed_digest(self._key, self._link + body)
        if self._is_ended or not hmac.compare_digest(link, digest):
            raise BackupRefused(
                "This backup was changed after it was made, or was not made by this site."
            )
        self._link = link
        frame = Frame(body[:1].decode())
        self._is_ended = frame is Frame.END
        self._take(frame, body[1:])

    def _begin(self) -> bool:
        if not self._waiting.startswith(MAGIC[: len(self._waiting)]):
            raise BackupRefused("This file is not a backup of this program.")
        end = self._waiting.find(b"\n", len(MAGIC))
        if max(end, len(self._waiting) if end < 0 else 0) > LONGEST_PREAMBLE:
            raise BackupRefused("This file is not a backup of this program.")
        if end < 0:
            return False
        begin = bytes(self._waiting[: end + 1])
        del self._waiting[: end + 1]
        self._preamble = _read_preamble(begin[len(MAGIC) :], self._part, self._keys)
        self._key = self._preamble.key(self._keys)
        self._link = keyed_digest(self._key, begin)
        return True


def _read_preamble(line: bytes, part: Part, keys: Keys) -> Preamble:
    try:
        said = json.loads(line)
        form, found, run, mark = said["form"], said["part"], UUID(said["run"]), said["keys"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BackupRefused("This file is not a backup of this program.") from None
    if form != FORM:
        raise BackupRefused(
            f"This backup has form {form!r:.20}; this version of the program reads form {FORM}."
        )
    if found != part:
        raise BackupRefused(
            "The two files of this backup have been swapped, or one is missing: "
            f"here the {part} file is needed."
        )
    if mark != fingerprint(keys):
        raise BackupRefused(
            "This backup was made with another key file. Put that site's key file "
            "(or its escrow copy) in place; without it nothing in the backup can be read."
        )
    return Preamble(part, run)
