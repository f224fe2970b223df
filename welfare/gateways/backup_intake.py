"""From frames back to a header, rows and a manifest; every promised row is counted."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from welfare.gateways.backup_frames import BackupRefused, Frame
from welfare.gateways.backup_rows import Header, Manifest, Shape

Prepare = Callable[[Header], None]
Keep = Callable[[Shape, list[dict[str, Any]]], None]


class Intake:
    """Takes the frames of one part in order. What `keep` got counts only after `finish`."""

    def __init__(self, *, prepare: Prepare, keep: Keep) -> None:
        self._prepare, self._keep = prepare, keep
        self._taken: Counter[str] = Counter()
        self._header: Header | None = None
        self._manifest: Manifest | None = None

    @property
    def header(self) -> Header:
        if self._header is None:
            raise BackupRefused("This backup is empty.")
        return self._header

    @property
    def manifest(self) -> Manifest:
        if self._manifest is None:
            raise BackupRefused("This backup ends too early.")
        return self._manifest

    def take(self, frame: Frame, body: bytes) -> None:
        """Raises BackupRefused for what has no form, although its digest fits."""
        try:
            TAKERS[frame](self, body)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            raise BackupRefused(
                "This backup is in a form that this version of the program does not read."
            ) from None

    def finish(self) -> None:
        """Raises BackupRefused unless exactly the promised rows have come."""
        promised = {name: each.rows for name, each in self.manifest.counts.items()}
        if promised != {shape.name: self._taken[shape.name] for shape in self.header.shapes}:
            raise BackupRefused("This backup holds more or fewer rows than it says.")

    def _begin(self, body: bytes) -> None:
        self._header = Header.read(body)
        self._prepare(self._header)

    def _rows(self, body: bytes) -> None:
        name, *written = body.split(b"\n")
        shape = {each.name: each for each in self.header.shapes}[name.decode()]
        self._taken[shape.name] += len(written)
        self._keep(shape, [shape.read_row(line) for line in written])

    def _end(self, body: bytes) -> None:
        self._manifest = Manifest.read(body)


TAKERS: dict[Frame, Callable[[Intake, bytes], None]] = {
    Frame.HEADER: Intake._begin,
    Frame.ROWS: Intake._rows,
    Frame.END: Intake._end,
}
