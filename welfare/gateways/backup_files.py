"""The folder of backups: two sealed files and a slip for each, written whole or not at all."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from models.sealing import Keys
from welfare.gateways.backup_frames import BackupRefused, Part, Preamble, Unpacker
from welfare.gateways.backup_intake import Intake
from welfare.gateways.offline_seal import Identity, Recipient, Sink, open_stream, seal_stream

SUFFIXES = {Part.MAIN: ".age", Part.KEYS: ".keys.age"}
SLIP_SUFFIX = ".json"
HALF = ".half"  # of a file that is still being written
HALF_IS_LEFT = timedelta(days=1)
STAMP = "%Y%m%dT%H%M%SZ"
LONGEST_SLIP = 64 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """One file: how long it is, and a plain digest to notice damage by."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What lies beside a backup in the clear. Nothing in it tells of people."""

    made_at: datetime
    files: dict[Part, Written]
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """Where one backup lies. `keys` may have been deleted, as its time was over."""

    folder: Path
    name: str
    slip: Slip | None = field(default=None, compare=False)

    def path(self, part: Part) -> Path:
        return self.folder / f"{self.name}{SUFFIXES[part]}"

    @property
    def slip_path(self) -> Path:
        return self.folder / f"{self.name}{SLIP_SUFFIX}"


def new_backup(folder: Path, *, run: UUID, at: datetime) -> Backup:
    """A name nobody has yet, in a folder for its owner only. Raises BackupRefused."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise _unwritable(folder, problem) from None
    return Backup(folder, f"welfare-{at.astimezone(UTC):{STAMP}}-{run.hex[-8:]}")


def write_half(path: Path, pieces: Iterable[bytes], *, to: Sequence[Recipient]) -> Written:
    """Seal the pieces into a file that does not have its name yet; see `give_names`.

    Raises BackupRefused if it cannot be written; the half file is then removed.
    """
    half = path.with_name(path.name + HALF)
    try:
        with _new_file(half) as file:
            target = _Measured(file)
            seal_stream(pieces, target, to=to)
            _settle(file)
    except OSError as problem:
        half.unlink(missing_ok=True)
        raise _unwritable(path.parent, problem) from None
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    return target.written


def give_names(backup: Backup, slip: Slip) -> None:
    """Now both files are whole: they get their names, and their slip. Raises BackupRefused."""
    try:
        for part in (Part.KEYS, Part.MAIN):  # the main file last: it is the one that is listed
            path = backup.path(part)
            path.with_name(path.name + HALF).rename(path)
        write_slip(backup, slip)
    except OSError as problem:
        remove(backup)
        raise _unwritable(backup.folder, problem) from None


def remove(backup: Backup) -> None:
    """A backup that was not finished, whether its files had their names already or not."""
    for path in (*(backup.path(part) for part in Part), backup.slip_path):
        path.unlink(missing_ok=True)
        path.with_name(path.name + HALF).unlink(missing_ok=True)


def write_slip(backup: Backup, slip: Slip) -> None:
    """Raises OSError."""
    said = {
        "made_at": slip.made_at.isoformat(),
        "verified_at": slip.verified_at and slip.verified_at.isoformat(),
        "files": {part: [each.size, each.digest] for part, each in slip.files.items()},
    }
    half = backup.slip_path.with_name(backup.slip_path.name + HALF)
    half.unlink(missing_ok=True)
    with _new_file(half) as file:
        file.write(json.dumps(said, indent=1).encode() + b"\n")
        _settle(file)
    half.rename(backup.slip_path)
    _settle_folder(backup.folder)


def find_backup(folder: Path, name: str) -> Backup:
    """By its name in the folder, or by a path to any of its files. Raises BackupRefused."""
    given = Path(name)
    if given.name != name:
        folder = given.parent
    stem = given.name
    for suffix in (SUFFIXES[Part.KEYS], SUFFIXES[Part.MAIN], SLIP_SUFFIX):
        stem = stem.removesuffix(suffix)
    backup = Backup(folder, stem)
    if not backup.path(Part.MAIN).is_file():
        raise BackupRefused(f"There is no backup {backup.path(Part.MAIN)}.")
    return Backup(folder, stem, _read_slip(backup))


def list_backups(folder: Path) -> Iterator[Backup]:
    """Newest first. A slip that cannot be read is left out, the backup is not."""
    keys, main = SUFFIXES[Part.KEYS], SUFFIXES[Part.MAIN]
    for path in sorted(folder.glob(f"*{main}"), reverse=True):
        if not path.name.endswith(keys):
            backup = Backup(folder, path.name.removesuffix(main))
            slip = None
            with suppress(BackupRefused):
                slip = _read_slip(backup)
            yield Backup(folder, backup.name, slip)


def check_files(backup: Backup) -> None:
    """Do the files have the digests of the slip? A missing slip is no refusal, the seal holds.

    Raises BackupRefused.
    """
    if backup.slip is None:
        return
    for part, written in backup.slip.files.items():
        path = backup.path(part)
        if path.is_file() and _measured(path) != written:
            raise BackupRefused(
                f"{path} is not the file that {backup.slip_path.name} tells of: it is damaged "
                "or was replaced. If the slip itself is damaged, move it away and try again."
            )


def survey_part(path: Path, *, part: Part, keys: Keys, using: Sequence[Identity]) -> Preamble:
    """Read all of one file and keep nothing: is the seal whole, and the chain of frames?

    Raises BackupRefused or OfflineSealProblem.
    """
    return _unpacked(path, Unpacker(keys=keys, part=part, take=lambda _frame, _body: None), using)


def read_part(
    path: Path, *, part: Part, keys: Keys, using: Sequence[Identity], intake: Intake
) -> Preamble:
    """All of one file into the intake. Raises BackupRefused or OfflineSealProblem."""
    preamble = _unpacked(path, Unpacker(keys=keys, part=part, take=intake.take), using)
    intake.finish()
    return preamble


def _unpacked(path: Path, unpacker: Unpacker, using: Sequence[Identity]) -> Preamble:
    try:
        with path.open("rb") as file:
            open_stream(file, unpacker, using=using)
    except FileNotFoundError:
        raise BackupRefused(f"The file {path} is not there.") from None
    return unpacker.finish()


def remove_old_keys(folder: Path, *, before: datetime) -> int:
    """Delete key backups made before a moment; how many. An erased person's key lives on in
    each of them, so they must not be kept for long."""
    old = [path for path in folder.glob(f"*{SUFFIXES[Part.KEYS]}") if _made_at(path) < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def remove_leftovers(folder: Path, *, at: datetime) -> None:
    """Halves that a crash has left a day ago or longer."""
    for path in folder.glob(f"*{HALF}"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < at - HALF_IS_LEFT:
            path.unlink(missing_ok=True)


class _Measured(Sink):
    """Counts and digests what is written, on the way to the disk."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._size, self._digest = file, 0, sha256()

    def write(self, content: bytes, /) -> None:
        self._file.write(content)
        self._size += len(content)
        self._digest.update(content)

    @property
    def written(self) -> Written:
        return Written(self._size, self._digest.hexdigest())


def _measured(path: Path) -> Written:
    with path.open("rb") as file:
        digest = file_digest(file, sha256).hexdigest()
    return Written(path.stat().st_size, digest)


def _made_at(path: Path) -> datetime:
    """By the name; what has no such name is not ours, and counts as new."""
    try:
        stamp = path.name.split("-")[1]
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except (IndexError, ValueError):
        return datetime.max.replace(tzinfo=UTC)


def _read_slip(backup: Backup) -> Slip | None:
    if not backup.slip_path.is_file():
        return None
    try:
        with backup.slip_path.open("rb") as file:
            said: dict[str, Any] = json.loads(file.read(LONGEST_SLIP))
        verified = said["verified_at"]
        return Slip(
            datetime.fromisoformat(said["made_at"]),
            {Part(part): Written(int(size), str(sha)) for part, (size, sha) in _files(said)},
            None if verified is None else datetime.fromisoformat(verified),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BackupRefused(
            f"The slip {backup.slip_path} cannot be read. Move it away and try again."
        ) from None


def _files(said: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    files: dict[str, Any] = said["files"]
    return files.items()


def _new_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _settle(file: BinaryIO) -> None:
    """On the disk, not only on its way there."""
    file.flush()
    os.fsync(file.fileno())


def _settle_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(folder: Path, problem: OSError) -> BackupRefused:
    why = problem.strerror or "unknown reason"
    return BackupRefused(
        f"The backup could not be written to {folder}: {why}. Nothing half is left there."
    )
