"""What an import left behind: its report as figures, and the content of every table."""

from collections import Counter
from typing import Any

from sqlalchemy import select, text

from models import vault
from models.base import Base
from models.instruments.payload import unpack
from models.session import Database
from models.tables.screenings import Screening


def told(output: str) -> dict[str, int]:
    """The figures of the report, by the same names as those from the file."""
    figures: dict[str, int] = {}
    for line in output.splitlines():
        if line.startswith("line "):
            continue
        name, _, number = line.strip().removeprefix("phq-9 ").rpartition(" ")
        figures[name.strip()] = int(number)
    return figures


def refused_lines(output: str) -> dict[int, str]:
    """Line number to reason, of every refused row."""
    lines = [line for line in output.splitlines() if line.startswith("line ")]
    parts = [line.removeprefix("line ").partition(": ") for line in lines]
    return {int(number): reason for number, _, reason in parts}


def kept_figures(database: Database) -> dict[str, int]:
    """The figures again, from what is sealed in the database."""
    said: Counter[str] = Counter()
    with database.reading() as session:
        screenings = session.scalars(select(Screening)).all()
        for content in vault.opened_all(session, rows=screenings, column="payload"):
            (response,) = unpack(content).responses
            result = response.result
            given = [value for value in response.answers.values() if value is not None]
            said["imported"] += 1
            said["complete"] += result.total is not None
            said["sum of totals"] += result.total or 0
            said["alerts"] += bool(result.alerts)
            said["positive: yes"] += result.positive is True
            said["all blank"] += not given
            assert result.total in (None, sum(given))
    return dict(said)


def tables(database: Database, *, without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table, in a fixed order."""
    names = [table.name for table in Base.metadata.sorted_tables if table.name not in without]
    with database.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"'))))  # noqa: S608 - our own names
            for name in names
        }
