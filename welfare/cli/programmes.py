"""`welfare programmes`: which programmes are in force here, and whether a file could be one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from models.programmes import Programme, ProgrammeRefused
from models.programmes.checking import Problem, problems_of
from models.programmes.reading import build, table_of
from models.session import transaction
from welfare.cli.opening import opened
from welfare.errors import RecordNotFound
from welfare.policies.actor import console
from welfare.services import programmes as service
from welfare.services import site

HEADS = ("programme", "windows", "from", "followed by")


@click.group()
def programmes() -> None:
    """When people are asked, what they are asked, and what follows."""


@programmes.command("list")
def list_all() -> None:
    """Print one line for each programme in force, then those that wait for a second person."""
    with opened() as (settings, database):
        try:
            with transaction(database) as session:
                found = service.list_programmes(
                    session,
                    actor=console(site.first_root(session)),
                    default=settings.programme,
                    at=datetime.now(UTC),
                )
        except RecordNotFound:
            raise click.ClickException("This site is not set up yet.") from None
        rows = [HEADS, *map(_row, found.entries)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            click.echo("  ".join(cells).rstrip())
        for each in found.waiting:
            click.echo(f"{each.row.code}/{each.row.version} waits for a second person")


@programmes.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say whether FILE (TOML) is a programme; if not, what is wrong at which key."""
    try:
        text = file.read_text(encoding="utf-8")
        programme = build(table_of(text, file=file.name), file=file.name)
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name}: is not text in UTF-8") from None
    except ProgrammeRefused as refused:
        raise click.ClickException(str(refused)) from None
    problems = list(problems_of(programme))
    if problems:
        raise click.ClickException("\n".join(_told(file.name, problems)))
    click.echo(f"{file.name}: {programme.name}, {_counted(programme)}: nothing is wrong")


def _row(entry: service.Entry) -> tuple[str, ...]:
    origin = "product" if entry.is_preset else "site"
    programme = entry.programme
    return (
        programme.name,
        str(len(programme.windows)),
        origin,
        "; ".join(entry.followers),
    )


def _told(file: str, problems: list[Problem]) -> Iterator[str]:
    return (str(ProgrammeRefused(file, key, problem)) for key, problem in problems)


def _counted(programme: Programme) -> str:
    return f"{len(programme.windows)} windows, {len(programme.gates)} gates"
