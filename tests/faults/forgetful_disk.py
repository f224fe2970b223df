"""A disk that remembers what it was asked to write and to sync; and what a power cut leaves.

Whatever was synced stays. Of what was written later any part may be there, wholly or torn.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import apsw

SECTOR = 512  # a write is torn between sectors
LOG = "-wal"
KINDS = {apsw.SQLITE_OPEN_MAIN_DB: "", apsw.SQLITE_OPEN_WAL: LOG}


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    file: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The moment in which a member was told: it is kept."""

    submission: bytes


Step = Write | Truncate | Sync | Acknowledged


@dataclass(slots=True)
class After:
    """What a power cut left: the files by their ending, and what had been acknowledged."""

    files: dict[str, bytes]
    acknowledged: list[bytes]


class ForgetfulDisk(apsw.VFS):
    """SQLite's own way to the disk, with a record of every step."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.steps: list[Step] = []
        super().__init__(name, base="")

    def xOpen(self, name: Any, flags: list[int]) -> "RecordedFile":  # noqa: N802 - SQLite's word
        return RecordedFile(self, name, flags)


class RecordedFile(apsw.VFSFile):
    def __init__(self, disk: ForgetfulDisk, name: Any, flags: list[int]) -> None:
        kind = next((ending for flag, ending in KINDS.items() if flags[0] & flag), None)
        self._file = kind or ""
        self._steps = [] if kind is None else disk.steps  # a scratch file need not outlive a cut
        super().__init__("", name, flags)

    def xWrite(self, content: bytes, offset: int) -> None:  # noqa: N802 - SQLite's word
        self._steps.append(Write(self._file, offset, bytes(content)))
        super().xWrite(content, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's word
        self._steps.append(Truncate(self._file, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's word
        super().xSync(flags)
        self._steps.append(Sync(self._file))


@dataclass(slots=True)
class _Platter:
    """One file: what is safe, and the steps since the last sync in their order."""

    safe: bytearray = field(default_factory=bytearray)
    waiting: list[Write | Truncate] = field(default_factory=list)

    def sync(self) -> None:
        for step in self.waiting:
            _apply(self.safe, step)
        self.waiting.clear()

    def left_by_a_cut(self, dice: random.Random) -> bytes:
        left = bytearray(self.safe)
        luck = dice.choice((0.0, 0.5, 0.9, 1.0))  # how much of what waited got through
        for step in self.waiting:
            if dice.random() < luck:
                _apply(left, _torn(step, dice) if dice.random() < (1 - luck) else step)
        return bytes(left)


def power_cuts(
    before: bytes, steps: Sequence[Step], moments: Sequence[int], dice: random.Random
) -> Iterator[After]:
    """What is left of the files when the power goes before each of these steps (ascending)."""
    platters = {"": _Platter(bytearray(before)), LOG: _Platter()}
    acknowledged: list[bytes] = []
    done = 0
    for moment in moments:
        for step in steps[done:moment]:
            _take(platters, acknowledged, step)
        done = moment
        files = {name: each.left_by_a_cut(dice) for name, each in platters.items()}
        yield After(files, list(acknowledged))


def _take(platters: dict[str, _Platter], acknowledged: list[bytes], step: Step) -> None:
    if isinstance(step, Acknowledged):
        acknowledged.append(step.submission)
    elif isinstance(step, Sync):
        platters[step.file].sync()
    else:
        platters[step.file].waiting.append(step)


def _apply(content: bytearray, step: Write | Truncate) -> None:
    if isinstance(step, Truncate):
        del content[step.size :]
        return
    content.extend(bytes(max(0, step.offset - len(content))))
    content[step.offset : step.offset + len(step.content)] = step.content


def _torn(step: Write | Truncate, dice: random.Random) -> Write | Truncate:
    """The first sectors of a write arrived, the rest did not."""
    if isinstance(step, Truncate):
        return step
    sectors = dice.randrange(0, len(step.content) // SECTOR + 1)
    return Write(step.file, step.offset, step.content[: sectors * SECTOR])
