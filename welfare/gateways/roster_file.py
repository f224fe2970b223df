"""Reading a roster: CSV or XLSX to lines of text by column. What a file as a whole cannot be is
refused by code; what a line means is not decided here.

Nothing of a file is ever run, and nothing of it is written to another file.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from welfare.gateways import roster_workbook
from welfare.gateways.roster_workbook import WorkbookRefused

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 40
MOST_IN_CELL = 2_000  # letters; what fits a column is asked later, line by line
COLUMNS = (
    "service_number",
    "given",
    "family",
    "sex",
    "birth_year",
    "rank_band",
    "language",
    "unit",
    "email",
    "phone",
    "mission",
    "site",
    "deployed_from",
    "deployed_until",
)
NEEDED = ("service_number", "given", "family", "unit")
EXAMPLE = (
    "SN-10482",
    "Mara",
    "Ilden",
    "female",
    "1991",
    "nco",
    "en",
    "Contingent / 1st Company",
    "mara.ilden@example.org",
    "+00 555 0100",
    "River Mission",
    "Port Ansel",
    "2026-01-15",
    "2026-07-14",
)


class Refusal(StrEnum):
    """Why a file as a whole cannot be used."""

    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    KIND = "kind"
    BROKEN = "broken"
    UNPACKED = "unpacked"
    EMPTY = "empty"
    MISSING_COLUMNS = "missing_columns"
    UNKNOWN_COLUMNS = "unknown_columns"
    DOUBLED_COLUMNS = "doubled_columns"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    LONG_CELL = "long_cell"


class RosterRefused(Exception):
    """Nothing was kept. `where` names columns of ours, or a line: never a value of the file."""

    def __init__(self, code: Refusal, where: str = "") -> None:
        super().__init__(code)
        self.code, self.where = code, where


@dataclass(frozen=True, slots=True)
class Line:
    """One line by column, as text. `number` as an editor counts: the heads are line 1.

    `is_whole` is False where the line has more or fewer values than there are heads.
    """

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True


def template() -> str:
    """The heads and one made-up person, to be filled in."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([COLUMNS, EXAMPLE])
    return written.getvalue()


def read_roster(content: bytes) -> list[Line]:
    """Every line that holds anything, in order. Raises RosterRefused."""
    if len(content) > MOST_BYTES:
        raise RosterRefused(Refusal.TOO_LARGE)
    is_workbook = content.startswith(roster_workbook.MAGIC)
    lines = iter(_of_workbook(content) if is_workbook else _of_text(content))
    _number, head = next(lines, (0, []))
    heads = _checked_heads(head)
    held = ((number, row) for number, row in lines if any(row))
    found = [_line(number, row, heads) for number, row in islice(held, MOST_ROWS)]
    if next(held, None) is not None:
        raise RosterRefused(Refusal.TOO_MANY_ROWS)
    if not found:
        raise RosterRefused(Refusal.EMPTY)
    return found


def _of_workbook(content: bytes) -> Iterable[tuple[int, Sequence[str]]]:
    """A table in a sheet may have empty cells to its right: heads end where the last one is."""
    try:
        rows = roster_workbook.read_rows(content, rows=MOST_ROWS + 1, columns=MOST_COLUMNS)
    except WorkbookRefused as refused:
        raise RosterRefused(Refusal(refused.code)) from None
    width = max((len(row) for row in rows), default=0)
    while width and not any(row[width - 1 : width] != [""] for row in rows):
        width -= 1
    return list(enumerate((row[:width] for row in rows), start=1))


def _of_text(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        is_binary = b"\x00" in content[:MOST_IN_CELL]
        raise RosterRefused(Refusal.KIND if is_binary else Refusal.ENCODING) from None
    if "\x00" in text:
        raise RosterRefused(Refusal.KIND)
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=";" if first.count(";") > first.count(",") else ",",
        strict=True,
    )
    last = 0
    try:
        for row in reader:
            yield last + 1, [cell.strip() for cell in row]
            last = reader.line_num
    except csv.Error:
        raise RosterRefused(Refusal.BROKEN, str(reader.line_num)) from None


def _checked_heads(head: Sequence[str]) -> list[str]:
    """Heads by our names; capitals and spaces do not matter."""
    if len(head) > MOST_COLUMNS:
        raise RosterRefused(Refusal.TOO_MANY_COLUMNS)
    heads = ["_".join(each.casefold().split()) for each in head]
    if not any(heads):
        raise RosterRefused(Refusal.EMPTY)
    missing = [name for name in NEEDED if name not in heads]
    if missing:
        raise RosterRefused(Refusal.MISSING_COLUMNS, ", ".join(missing))
    unknown = [place for place, name in enumerate(heads, start=1) if name not in COLUMNS]
    if unknown:
        raise RosterRefused(Refusal.UNKNOWN_COLUMNS, ", ".join(map(str, unknown)))
    doubled = sorted({name for name in heads if heads.count(name) > 1})
    if doubled:
        raise RosterRefused(Refusal.DOUBLED_COLUMNS, ", ".join(doubled))
    return heads


def _line(number: int, row: Sequence[str], heads: Sequence[str]) -> Line:
    if any(len(cell) > MOST_IN_CELL for cell in row):
        raise RosterRefused(Refusal.LONG_CELL, str(number))
    if len(row) != len(heads):
        return Line(number, is_whole=False)
    return Line(number, dict(zip(heads, row, strict=True)))
