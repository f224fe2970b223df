"""Reading a synthetic force from its plain files (see `analytics simulate`)."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


class ForceIncomplete(Exception):
    """A file of the force is missing or not readable."""


@dataclass(frozen=True, slots=True)
class PastAnswers:
    """One screening of the files: item answers by instrument; None: not answered."""

    person: str
    day: date
    phase: str
    responses: dict[str, dict[str, int | None]]


def read_table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one table. Raises ForceIncomplete."""
    try:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ForceIncomplete(f"{name}.csv is missing or cannot be read.") from None


def read_screenings(folder: Path) -> Iterator[PastAnswers]:
    """Every screening, in the order of the file. Raises ForceIncomplete."""
    try:
        with (folder / "screenings.jsonl").open(encoding="utf-8") as file:
            for line in file:
                yield _screening(json.loads(line))
    except (OSError, ValueError, KeyError):
        raise ForceIncomplete("screenings.jsonl is missing or cannot be read.") from None


def day_or_none(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _screening(content: dict[str, Any]) -> PastAnswers:
    return PastAnswers(
        person=content["person"],
        day=date.fromisoformat(content["day"]),
        phase=content["phase"],
        responses=content["responses"],
    )
