"""Reading files of historic answers: which column is what, is the coding right, row by row.

The coding of the whole file is looked at before a single row is kept: a form coded 1-4 where
0-3 is expected would otherwise score everybody as ill, or hide them.
"""

import csv
import gzip
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
    """A row that was not used: its number in the file (the header is 1) and the reason."""

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
            person=given["person"],
            day=given["date"],
            instrument=given["instrument"],
            items={str(item): str(column) for item, column in given["items"].items()},
            missing=frozenset(str(code) for code in given.get("missing", [])),
            sex=given.get("sex"),
            birth_year=given.get("birth_year"),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise FileRefused(f"The mapping file {path.name} cannot be read as TOML.") from None
    except (KeyError, AttributeError, TypeError):
        raise FileRefused("The mapping needs person, date, instrument and [items].") from None


def check_file(path: Path, columns: Columns) -> None:
    """Look at the header and the coding of the whole file. Raises FileRefused."""
    instrument = _instrument(columns)
    coding = Coding()
    with _rows_of(path, columns) as rows:
        for _number, row in rows:
            for item, column in columns.items.items():
                value = (row[column] or "").strip()
                if value and value not in columns.missing:
                    coding.see(item, value)
    _judge(instrument, coding)


def read_rows(path: Path, columns: Columns, *, today: date) -> Iterator[Row | Refused]:
    """Every row of the file, in order: usable, or refused with the reason."""
    instrument = _instrument(columns)
    with _rows_of(path, columns) as rows:
        for number, row in rows:
            yield _read(number, row, columns, instrument, today)


def _instrument(columns: Columns) -> Instrument:
    try:
        instrument = find(columns.instrument)
    except UnknownInstrument:
        raise FileRefused(f"There is no instrument {columns.instrument!r}.") from None
    known = {item.id for item in instrument.items}
    unknown = sorted(set(columns.items) - known)
    if unknown:
        raise FileRefused(f"{columns.instrument} has no item {', '.join(unknown)}.")
    return instrument


@contextmanager
def _rows_of(path: Path, columns: Columns) -> Iterator[Iterator[tuple[int, dict[str, str]]]]:
    try:
        with _opened(path) as file:
            reader = csv.DictReader(file)
            lacking = [name for name in columns.needed if name not in (reader.fieldnames or [])]
            if lacking:
                raise FileRefused(f"The file has no column {', '.join(lacking)}.")
            yield ((reader.line_num, row) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error, EOFError):
        raise FileRefused(f"{path.name} cannot be read as a CSV file in UTF-8.") from None


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _judge(instrument: Instrument, coding: Coding) -> None:
    seen = [
        (instrument.item(item), value, times)
        for item, counts in coding.counts.items()
        for value, times in counts.items()
    ]
    total = sum(times for _item, _value, times in seen)
    outside = sum(times for item, value, times in seen if value not in _offered(item))
    has_lowest = any(value == str(item.values[0]) for item, value, _times in seen)
    has_above = any(value == str(item.values[-1] + 1) for item, value, _times in seen)
    if has_above and not has_lowest:
        raise FileRefused(
            f"The answers look coded one too high for {instrument.code}: "
            "the lowest value never occurs, and one above the highest does. Nothing was imported."
        )
    if total >= FEWEST_TO_JUDGE and outside / total > MOST_OUTSIDE:
        share = round(100 * outside / total)
        raise FileRefused(
            f"{share} % of the answers are not on offer in {instrument.code}: "
            "another coding, or a missing code that the mapping lacks. Nothing was imported."
        )


@cache
def _offered(item: Item) -> frozenset[str]:
    return frozenset(str(value) for value in item.values)


def _read(
    number: int, row: dict[str, str], columns: Columns, instrument: Instrument, today: date
) -> Row | Refused:
    person = (row[columns.person] or "").strip()
    if not person:
        return Refused(number, f"no person in column {columns.person}")
    try:
        day = date.fromisoformat((row[columns.day] or "").strip())
    except ValueError:
        return Refused(number, f"column {columns.day} is not a date as yyyy-mm-dd")
    if day > today:
        return Refused(number, f"column {columns.day} lies in the future")
    answers = {
        item: _answer((row[column] or "").strip(), instrument.item(item), columns)
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


def _facts(row: dict[str, str], columns: Columns) -> dict[str, Any]:
    sex = (row[columns.sex] or "").strip().casefold() if columns.sex else ""
    year = (row[columns.birth_year] or "").strip() if columns.birth_year else ""
    return {
        "sex": sex if sex in ("female", "male") else None,
        "birth_year": int(year) if year.isdecimal() else None,
        "rank_band": None,
        "language": None,
    }
