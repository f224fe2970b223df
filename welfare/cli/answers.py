"""`welfare responses import`: historic answers from a CSV file, scored, sealed, followed up."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from models.enrolment import Newcomer
from models.instruments import find
from models.programmes import load
from models.session import Database, transaction
from models.tables.places import Unit
from models.vocabulary import Origin
from welfare.cli.batches import batched
from welfare.cli.opening import opened
from welfare.gateways.answer_files import (
    Columns,
    FileRefused,
    Refused,
    Row,
    check_file,
    read_mapping,
    read_rows,
)
from welfare.policies.actor import console
from welfare.services import imports, site


@dataclass(slots=True)
class Report:
    """What became of every row, so that rows read = imported + unchanged + refused."""

    read: int = 0
    imported: int = 0
    complete: int = 0
    incomplete: int = 0
    blank: int = 0
    unchanged: int = 0
    people: int = 0
    alerts: int = 0
    positive: Counter[str] = field(default_factory=Counter)
    at_or_above: Counter[float] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)


@click.group()
def responses() -> None:
    """Answers given elsewhere."""


@responses.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--person", help="Column with the person's key.")
@click.option("--date", "day", help="Column with the day, as yyyy-mm-dd.")
@click.option("--instrument", help="Code of the instrument.")
@click.option("--items", help="Items and columns: 1=Q1,2=Q2, ...")
@click.option("--missing", default="", help="Codes that mean no answer: 7,9")
@click.option("--sex", help="Column with female or male.")
@click.option("--unit", default="Imported answers", help="Unit the people are put into.")
def import_answers(
    file: Path,
    mapping: Path | None,
    person: str | None,
    day: str | None,
    instrument: str | None,
    items: str | None,
    missing: str,
    sex: str | None,
    unit: str,
) -> None:
    """Import historic item answers from FILE (CSV, or CSV packed as .gz).

    The columns are named by options or by a mapping file. Importing again changes nothing.
    """
    try:
        columns = (
            read_mapping(mapping)
            if mapping
            else _columns(person, day, instrument, items, missing, sex)
        )
        with opened() as (settings, database):
            check_file(file, columns)
            report = import_file(
                database,
                file=file,
                columns=columns,
                unit_name=unit,
                programme=settings.programme,
                at=datetime.now(UTC),
            )
    except FileRefused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(told(report, columns.instrument))


def import_file(
    database: Database,
    *,
    file: Path,
    columns: Columns,
    unit_name: str,
    programme: str,
    at: datetime,
) -> Report:
    """Read, score, seal and keep a checked file, a transaction for every thousand rows."""
    with transaction(database) as session:
        unit = site.ensure_unit(session, name=unit_name, at=at)
    source = imports.Source(f"file|{columns.person}", Origin.IMPORT, load(programme))
    report = Report()
    for batch in batched(read_rows(file, columns, today=at.date()), imports.BATCH):
        _import_batch(database, batch, unit, columns.instrument, source, report, at)
    return report


def told(report: Report, instrument: str) -> str:
    """The report for the operator: every row accounted for, refused rows with their reason."""
    lines = [
        f"rows read        {report.read:>8}",
        f"imported         {report.imported:>8}",
        f"  complete       {report.complete:>8}",
        f"  incomplete     {report.incomplete:>8}",
        f"  all blank      {report.blank:>8}",
        f"unchanged        {report.unchanged:>8}",
        f"refused          {len(report.refused):>8}",
        f"new people       {report.people:>8}",
        f"alerts           {report.alerts:>8}",
    ]
    lines += [
        f"{instrument} >= {cut:<4g}     {report.at_or_above[cut]:>8}"
        for cut in sorted(report.at_or_above)
    ]
    lines += [f"{instrument} positive: {word} {report.positive[word]}" for word in report.positive]
    refused = sorted(report.refused, key=lambda each: each.number)
    lines += [f"line {each.number}: {each.reason}" for each in refused]
    return "\n".join(lines)


def _import_batch(
    database: Database,
    batch: list[Row | Refused],
    unit: Unit,
    instrument: str,
    source: imports.Source,
    report: Report,
    at: datetime,
) -> None:
    rows = [row for row in batch if isinstance(row, Row)]
    actor = console(unit.line[0])
    with transaction(database) as session:
        newcomers = {
            row.person: Newcomer(unit, row.day, row.facts)
            for row in sorted(rows, key=lambda row: row.day, reverse=True)  # here since the first
        }
        known = imports.find_people(session, actor=actor, unit=unit, keys=newcomers)
        people = imports.load_people(session, actor=actor, people=newcomers, at=at)
        loaded = imports.load_screenings(
            session,
            actor=actor,
            incoming=[
                imports.Incoming(row.person, row.day, {instrument: row.answers}) for row in rows
            ],
            people=people,
            source=source,
            at=at,
        )
    report.read += len(batch)
    report.people += len(people) - len(known)
    report.refused += [row for row in batch if isinstance(row, Refused)]
    report.refused += [
        Refused(rows[place].number, "other answers for this person and day are kept already")
        for place in loaded.differing
    ]
    report.refused += [
        Refused(rows[place].number, "this person was erased meanwhile") for place in loaded.erased
    ]
    _count(report, loaded, instrument)


def _count(report: Report, loaded: imports.Loaded, instrument: str) -> None:
    definition = find(instrument)
    lowest = definition.total_range[0]
    floors = [band.floor for band in definition.bands if band.floor > lowest]
    report.imported += len(loaded.kept)
    report.unchanged += loaded.unchanged
    report.alerts += loaded.alerts
    for response in loaded.kept:
        result = response.result
        report.complete += result.complete
        report.blank += result.answered == 0
        report.incomplete += not result.complete and result.answered > 0
        word = {True: "yes", False: "no", None: "unknown"}[result.positive]
        report.positive[word] += 1
        for floor in floors:
            report.at_or_above[floor] += result.total is not None and result.total >= floor


def _columns(
    person: str | None,
    day: str | None,
    instrument: str | None,
    items: str | None,
    missing: str,
    sex: str | None,
) -> Columns:
    if not (person and day and instrument and items):
        raise FileRefused(
            "Name the columns: --person --date --instrument --items, or give a --mapping file."
        )
    pairs = [pair.partition("=") for pair in items.split(",")]
    named = {item.strip(): column.strip() for item, _equals, column in pairs}
    if len(named) < len(pairs) or not all((*named, *named.values())):
        raise FileRefused("--items must be written as 1=COLUMN,2=COLUMN, each item once.")
    return Columns(
        person=person,
        day=day,
        instrument=instrument,
        items=named,
        missing=frozenset(code.strip() for code in missing.split(",") if code.strip()),
        sex=sex,
    )
