"""What a backup says: tables by name and kind, rows as text that is the same on both databases."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, LargeBinary, String, Table
from sqlalchemy import column as lean_column
from sqlalchemy import table as lean_table
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import TypeEngine

from models.base import Key16, UtcMoment
from models.tables.columns import Sealed

TRAIL = "audit_event"
# A table that refers to itself is copied in an order in which parents come first.
# Whatever refers to nothing comes before everything that does.
PARENTS_FIRST: Mapping[str, tuple[str, ...]] = {
    "message": ("reply_to", "id"),
    "note": ("addendum_to", "id"),
    "unit": ("path",),
}


class Kind(StrEnum):
    """What a column holds, whatever a database calls it."""

    KEY = "key"
    MOMENT = "moment"
    DAY = "day"
    BYTES = "bytes"
    TEXT = "text"
    WHOLE = "whole"
    FRACTION = "fraction"
    FLAG = "flag"


KINDS: Sequence[tuple[type[TypeEngine[Any]], Kind]] = (
    (Key16, Kind.KEY),
    (UtcMoment, Kind.MOMENT),
    (Sealed, Kind.BYTES),
    (LargeBinary, Kind.BYTES),
    (Date, Kind.DAY),
    (Boolean, Kind.FLAG),
    (Integer, Kind.WHOLE),
    (Float, Kind.FRACTION),
    (String, Kind.TEXT),  # words of closed lists too
)
TYPES: Mapping[Kind, TypeEngine[Any]] = {
    Kind.KEY: Key16(),
    Kind.MOMENT: UtcMoment(),
    Kind.DAY: Date(),
    Kind.BYTES: LargeBinary(),
    Kind.TEXT: String(),
    Kind.WHOLE: BigInteger(),
    Kind.FRACTION: Float(),
    Kind.FLAG: Boolean(),
}
TO_TEXT: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.KEY: lambda value: value.hex,
    Kind.MOMENT: lambda value: value.astimezone(UTC).isoformat(),
    Kind.DAY: date.isoformat,
    Kind.BYTES: lambda value: b64encode(value).decode(),
}
FROM_TEXT: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.KEY: UUID,
    Kind.MOMENT: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
    Kind.BYTES: b64decode,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One table as the backup holds it: columns with kinds, and the order of its rows."""

    name: str
    columns: tuple[tuple[str, Kind], ...]
    order: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> "Shape":
        order = PARENTS_FIRST.get(table.name) or tuple(key.name for key in table.primary_key)
        return cls(
            table.name, tuple((column.name, kind_of(column.type)) for column in table.c), order
        )

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Shape":
        columns = tuple((str(name), Kind(kind)) for name, kind in content["columns"])
        return cls(str(content["name"]), columns, tuple(map(str, content["order"])))

    def with_only(self, names: Collection[str]) -> "Shape":
        columns = tuple((name, kind) for name, kind in self.columns if name in names)
        order = tuple(name for name in self.order if name in names)
        return replace(self, columns=columns, order=order)

    @property
    def table(self) -> TableClause:
        """To read and insert by, also where the program's own table has moved on."""
        columns = (lean_column(name, TYPES[kind]) for name, kind in self.columns)
        return lean_table(self.name, *columns)

    def written(self, row: Sequence[Any]) -> bytes:
        """One line. The same row gives the same line on every database."""
        values = [
            value if value is None or kind not in TO_TEXT else TO_TEXT[kind](value)
            for value, (_, kind) in zip(row, self.columns, strict=True)
        ]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()

    def read_row(self, line: bytes) -> dict[str, Any]:
        values = json.loads(line)
        return {
            name: value if value is None or kind not in FROM_TEXT else FROM_TEXT[kind](value)
            for value, (name, kind) in zip(values, self.columns, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a table, and a keyed digest over all of them in order."""

    rows: int
    digest: str


class Tally:
    """Counts and digests the rows of one table as they go by."""

    def __init__(self, key: bytes, table: str) -> None:
        self._rows = 0
        self._digest = hmac.new(key, table.encode() + b"\n", sha256)

    def add(self, line: bytes) -> None:
        self._rows += 1
        self._digest.update(line + b"\n")

    @property
    def count(self) -> Count:
        return Count(self._rows, self._digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Header:
    """What the first frame says: of which site, version and moment the rows are."""

    site: UUID
    product: str
    revision: str
    made_at: datetime
    shapes: tuple[Shape, ...]

    def written(self) -> bytes:
        said = asdict(self) | {"site": self.site.hex, "made_at": self.made_at.isoformat()}
        return json.dumps(said).encode()

    @classmethod
    def read(cls, body: bytes) -> "Header":
        said = json.loads(body)
        return cls(
            UUID(said["site"]),
            str(said["product"]),
            str(said["revision"]),
            datetime.fromisoformat(said["made_at"]),
            tuple(Shape.read(each) for each in said["shapes"]),
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the last frame says: what must be there when everything has been read."""

    counts: Mapping[str, Count]
    trail: tuple[str, str] | None = None  # the first and the last event

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.counts.values())

    def written(self) -> bytes:
        counts = {name: [each.rows, each.digest] for name, each in self.counts.items()}
        return json.dumps({"counts": counts, "trail": self.trail}).encode()

    @classmethod
    def read(cls, body: bytes) -> "Manifest":
        said = json.loads(body)
        counts = {name: Count(int(rows), str(digest)) for name, (rows, digest) in _pairs(said)}
        trail = said["trail"]
        return cls(counts, None if trail is None else (str(trail[0]), str(trail[1])))


def kind_of(column_type: TypeEngine[Any]) -> Kind:
    """Raises LookupError for a type that backups do not know yet: a test asks for every column."""
    for known, kind in KINDS:
        if isinstance(column_type, known):
            return kind
    raise LookupError(f"backups do not know columns of {type(column_type).__name__}")


def _pairs(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return iter(said["counts"].items())
