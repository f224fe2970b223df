"""Reading files of historic answers: which column is what, is the coding right, row by row.

The coding of the whole file is looked at before a single row is kept: a form coded 1-4 where
0-3 is expected would otherwise score everybody as ill, or hide them.
"""

import csv
import gzip
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from models.instruments import UnknownInstrument, find
from models.instruments.definition import Instrument, Item

MOST_OUTSIDE = 0.05  # more answers than this outside the form: the coding is another one
FEWEST_TO_JUDGE = 20
NOT_OFFERED = -1  # no form offers it; stands for a value that the item does not have
YEAR_DIGITS = 4


class FileRefused(Exception):
    """The file as a whole cannot be used; one sentence says why. Nothing was imported."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what. `items`: item id to column; `missing`: codes for no answer."""

    person: str
    day: str
    instrument: str
    items: Mapping[str, str]
    missing: frozenset[str] = frozenset()
    sex: str | None = None
    birth_year: str | None = None

    @property
    def needed(self) -> list[str]:
        extra = [name for name in (self.sex, self.birth_year) if name is not None]
        return [self.person, self.day, *self.items.values(), *extra]


@dataclass(frozen=True, slots=True)
class Line:
    """The values of one row by column; none of them if the row has another shape."""

    number: int
    values: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One usable row. Every item of the mapping is named; None: not answered."""

    number: int
    person: str
    day: date
    answers: Mapping[str, int | None]
    facts: Mapping[str, Any]

    @property
    def is_blank(self) -> bool:
        return all(answer is None for answer in self.answers.values())


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not used, and why. `number` is the line of the file on which the row
    starts, as an editor counts: the header is line 1, and a quoted value may run over lines."""

    number: int
    reason: str


@dataclass(slots=True)
class Coding:
    """How often each value stands in the file, per item."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def see(self, item: str, value: str) -> None:
        seen = self.counts.setdefault(item, {})
        seen[value] = seen.get(value, 0) + 1


def read_mapping(path: Path) -> Columns:
    """A mapping file (TOML): person, date, instrument, [items], and if wanted missing, sex."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        return Columns(
            person=_word(given["person"]),
            day=_word(given["date"]),
            instrument=_word(given["instrument"]),
            items={str(item): str(column) for item, column in given["items"].items()},
            missing=frozenset(str(code) for code in given.get("missing", [])),
            sex=_word(given["sex"]) if "sex" in given else None,
            birth_year=_word(given["birth_year"]) if "birth_year" in given else None,
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise FileRefused(f"The mapping file {path.name} cannot be read as TOML.") from None
    except (KeyError, AttributeError, TypeError):
        raise FileRefused("The mapping needs person, date, instrument and [items].") from None


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a column is named by a word")
    return value


def check_file(path: Path, columns: Columns) -> None:
    """Look at the header and the coding of the whole file. Raises FileRefused."""
    instrument = _instrument(columns)
    coding = Coding()
    for line in _lines(path, columns):
        if line.problem:
            continue  # refused later, with its reason
        for item, column in columns.items.items():
            value = line.values[column].strip()
            if value and value not in columns.missing:
                coding.see(item, value)
    _judge(instrument, coding)


def read_rows(path: Path, columns: Columns, *, today: date) -> Iterator[Row | Refused]:
    """Every row of the file, in order: usable, or refused with the reason."""
    instrument = _instrument(columns)
    for line in _lines(path, columns):
        yield (
            Refused(line.number, line.problem)
            if line.problem
            else _read(line, columns, instrument, today)
        )


def _instrument(columns: Columns) -> Instrument:
    try:
        instrument = find(columns.instrument)
    except UnknownInstrument:
        raise FileRefused(f"There is no instrument {columns.instrument!r}.") from None
    known = {item.id for item in instrument.items}
    unknown = sorted(set(columns.items) - known)
    if unknown:
        raise FileRefused(f"{columns.instrument} has no item {', '.join(unknown)}.")
    if not columns.items or len(set(columns.items.values())) < len(columns.items):
        raise FileRefused("Each item needs a column of its own.")
    return instrument


def _lines(path: Path, columns: Columns) -> Iterator[Line]:
    try:
        with _opened(path) as file:
            yield from _split(file, columns)
    except (OSError, UnicodeDecodeError, csv.Error, EOFError, zlib.error):
        raise FileRefused(f"{path.name} cannot be read as a CSV file in UTF-8.") from None


def _split(file: TextIO, columns: Columns) -> Iterator[Line]:
    """Row by row. Empty lines are no rows; a row of another length may have its answers in
    the wrong columns, so its values are not looked at."""
    reader = csv.reader(file)
    header = next(reader, [])
    _check_header(header, columns)
    places = [(name, header.index(name)) for name in dict.fromkeys(columns.needed)]
    last = reader.line_num
    for row in reader:
        first, last = last + 1, reader.line_num
        if len(row) == len(header):
            yield Line(first, {name: row[place] for name, place in places})
        elif row:
            problem = f"the row has {len(row)} values, the header {len(header)}"
            is_long = last > first
            yield Line(first, {}, problem + f"; it runs to line {last}, see its quotes" * is_long)


def _check_header(header: list[str], columns: Columns) -> None:
    lacking = [name for name in columns.needed if name not in header]
    if lacking:
        raise FileRefused(f"The file has no column {', '.join(lacking)}.")
    doubled = [name for name in columns.needed if header.count(name) > 1]
    if doubled:
        raise FileRefused(f"The file has more than one column {', '.join(doubled)}.")


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _judge(instrument: Instrument, coding: Coding) -> None:
    """A single stray value is a broken row; a whole item or file of them is another coding."""
    of_item = {item: _ends(instrument, item, seen) for item, seen in coding.counts.items()}
    shifted = [
        item
        for item, (lowest, above) in of_item.items()
        if above and not lowest and sum(coding.counts[item].values()) >= FEWEST_TO_JUDGE
    ]
    lowest = sum(ends[0] for ends in of_item.values())
    above = sum(ends[1] for ends in of_item.values())
    if above > lowest or shifted:
        where = f" (item {', '.join(shifted)})" if shifted else ""
        raise FileRefused(
            f"The answers look coded one too high for {instrument.code}{where}: one above the "
            "highest value occurs, the lowest value not, or more rarely. Nothing was imported."
        )
    total = sum(sum(counts.values()) for counts in coding.counts.values())
    outside = total - sum(
        counts.get(value, 0)
        for item, counts in coding.counts.items()
        for value in _offered(instrument.item(item))
    )
    if total >= FEWEST_TO_JUDGE and outside / total > MOST_OUTSIDE:
        share = round(100 * outside / total)
        raise FileRefused(
            f"{share} % of the answers are not on offer in {instrument.code}: "
            "another coding, or a missing code that the mapping lacks. Nothing was imported."
        )


def _ends(instrument: Instrument, item: str, seen: Mapping[str, int]) -> tuple[int, int]:
    """How often an item has its lowest value, and how often one above its highest."""
    values = instrument.item(item).values
    return seen.get(str(values[0]), 0), seen.get(str(values[-1] + 1), 0)


@cache
def _offered(item: Item) -> frozenset[str]:
    return frozenset(str(value) for value in item.values)


def _read(line: Line, columns: Columns, instrument: Instrument, today: date) -> Row | Refused:
    number, row = line.number, line.values
    person = row[columns.person].strip()
    if not person:
        return Refused(number, f"no person in column {columns.person}")
    try:
        day = date.fromisoformat(row[columns.day].strip())
    except ValueError:
        return Refused(number, f"column {columns.day} is not a date as yyyy-mm-dd")
    if day > today:
        return Refused(number, f"column {columns.day} lies in the future")
    answers = {
        item: _answer(row[column].strip(), instrument.item(item), columns)
        for item, column in columns.items.items()
    }
    wrong = [item for item, answer in answers.items() if answer == NOT_OFFERED]
    if wrong:
        column = columns.items[wrong[0]]
        return Refused(number, f"column {column}: the value is not on offer for item {wrong[0]}")
    return Row(number, person, day, answers, _facts(row, columns))


def _answer(value: str, item: Item, columns: Columns) -> int | None:
    if not value or value in columns.missing:
        return None
    return int(value) if value in _offered(item) else NOT_OFFERED


def _facts(row: Mapping[str, str], columns: Columns) -> dict[str, Any]:
    sex = row[columns.sex].strip().casefold() if columns.sex else ""
    year = row[columns.birth_year].strip() if columns.birth_year else ""
    return {
        "sex": sex if sex in ("female", "male") else None,
        "birth_year": int(year) if year.isdecimal() and len(year) == YEAR_DIGITS else None,
        "rank_band": None,
        "language": None,
    }
