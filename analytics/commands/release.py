"""`analytics release`: the headline figure of one closed period, computed and kept for approval."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from analytics.extract import Contingent, freeze, roots
from analytics.publish import AlreadyReleased, Audience, Refused, is_released, publish
from analytics.release import headline
from analytics.release.calendar import Period, PeriodNotClosed, last_half_year
from analytics.release.gate import examine
from analytics.release.leaves import DEFAULT_FLOOR
from analytics.release.ledger import DEFAULT
from analytics.release.mechanism import make_safe
from analytics.release.noise import DiscreteLaplace
from analytics.release.safe_table import SafeTable
from models.base import new_key
from models.sealing import FileKeys, KeyFileProblem, SealBroken, SecretUnusable, read_secret
from models.session import (
    Database,
    WrongKeyFile,
    check_site,
    open_database,
    snapshot,
    transaction,
)

# The same names and defaults as the settings of `welfare`, which this building never imports.
DATABASE = "sqlite:///var/data/welfare.db"
KEY_FILE = "var/keys/welfare.key"
DAY = click.DateTime(["%Y-%m-%d"])
STOPS = (PeriodNotClosed, KeyFileProblem, WrongKeyFile, SealBroken, Refused)
ALREADY = "this period is released already; nothing has changed."
UNUSABLE = (
    "The database could not be used. Check WELFARE_DATABASE_URL and run `welfare db upgrade`. "
    "Nothing has been changed."
)


@dataclass(frozen=True, slots=True)
class ByCommand:
    """Who signs the trail: the command itself, in no role."""

    account_id: None = None
    role: None = None
    request_id: UUID = field(default_factory=new_key)


@click.command()
@click.option("--from", "first", type=DAY, help="First day; without it, the last half-year.")
@click.option("--until", "last", type=DAY, help="Last day of the period.")
@click.option("--database", envvar="WELFARE_DATABASE_URL", default=DATABASE, show_envvar=True)
@click.option(
    "--key-file",
    envvar="WELFARE_KEY_FILE",
    default=KEY_FILE,
    type=click.Path(path_type=Path),
    show_envvar=True,
)
def release(first: datetime | None, last: datetime | None, database: str, key_file: Path) -> None:
    """Compute the figure of a closed period, once. Two people approve it in the web."""
    at = datetime.now(UTC)
    try:
        period = _period(first, last, on=at.date())
        with _opened(_address(database, os.environ), key_file) as site:
            said = release_period(site, period=period, at=at)
    except STOPS as problem:
        raise click.ClickException(str(problem)) from None
    except DBAPIError:
        raise click.ClickException(UNUSABLE) from None
    click.echo("\n".join(said))


def _address(given: str, environ: Mapping[str, str]) -> URL:
    """Where the database is. Secrets may stand in files, as for `welfare`."""
    try:
        url = make_url(_in_file("WELFARE_DATABASE_URL", environ) or given)
        password = _in_file("WELFARE_DATABASE_PASSWORD", environ)
    except (ArgumentError, ValueError):
        raise click.ClickException("WELFARE_DATABASE_URL is not a database address.") from None
    password = password or environ.get("WELFARE_DATABASE_PASSWORD")
    return url.set(password=password) if password else url


def _in_file(name: str, environ: Mapping[str, str]) -> str | None:
    path = environ.get(f"{name}_FILE")
    try:
        return read_secret(Path(path), environ=environ) if path else None
    except SecretUnusable as wrong:
        raise click.ClickException(f"{name}_FILE {wrong}") from None


@contextmanager
def _opened(address: URL, key_file: Path) -> Iterator[Database]:
    site = open_database(address.render_as_string(hide_password=False), FileKeys.read(key_file))
    try:
        yield site
    finally:
        site.engine.dispose()


def _period(first: datetime | None, last: datetime | None, *, on: date) -> Period:
    if first is None and last is None:
        return last_half_year(on=on)
    if first is None or last is None:
        raise PeriodNotClosed("--from and --until belong together")
    period = Period(first.date(), last.date())
    period.must_be_closed(on=on)
    return period


def release_period(site: Database, *, period: Period, at: datetime) -> list[str]:
    """Release the period for every contingent that still waits for it; one sentence for each."""
    with snapshot(site) as session:
        if not check_site(session):
            raise Refused("This site is not set up. Run `welfare setup` first.")
        names = roots(session)
        waiting = [
            root
            for root in names
            if not is_released(session, code=headline.MEASURE, root=root, period=period)
        ]
        frozen = freeze(session, first=period.first, last=period.last) if waiting else []
    said = [f"{names[root]}: {ALREADY}" for root in names if root not in waiting]
    said += [
        _release_one(site, contingent, period=period, at=at)
        for contingent in frozen
        if contingent.root in waiting
    ]
    return said


def _release_one(site: Database, contingent: Contingent, *, period: Period, at: datetime) -> str:
    counts = headline.count(contingent.roster)
    table = make_safe(
        measure=headline.MEASURE,
        units=contingent.units,
        strengths=counts.strengths,
        positives=counts.positives,
        noise=DiscreteLaplace(DEFAULT.headline),
    )
    report = examine(table, strengths=counts.strengths, floor=DEFAULT_FLOOR)
    try:
        with transaction(site) as session:
            publish(
                session,
                by=ByCommand(),
                table=table,
                report=report,
                audience=_audience(contingent, counts),
                period=period,
                input_digest=contingent.digest,
                allowance=DEFAULT,
                at=at,
            )
    except AlreadyReleased:  # another run was faster
        return f"{contingent.name}: {ALREADY}"
    return _computed(contingent, table, period)


def _audience(contingent: Contingent, counts: headline.Counts) -> Audience:
    return Audience(
        root=contingent.root,
        unit_ids=contingent.unit_ids,
        units=contingent.units,
        strengths=counts.strengths,
        people=contingent.people,
    )


def _computed(contingent: Contingent, table: SafeTable, period: Period) -> str:
    return (
        f"{contingent.name}: {period.first} to {period.last} computed, "
        f"{len(table.cells)} rows with figures, waiting for approval."
    )
