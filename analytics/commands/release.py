"""`analytics release`: the figures of one closed period, computed and kept for approval."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from analytics.menu import MENU, Asking, Counted, Item, counted
from analytics.publish import AlreadyReleased, Audience, Refused, is_released, publish
from analytics.release.calendar import Period, PeriodNotClosed, last_half_year
from analytics.release.ledger import DEFAULT
from analytics.roster import contingents, roots
from models.base import new_key
from models.programmes import ProgrammeRefused
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
PROGRAMME = "un-contingent"
DAY = click.DateTime(["%Y-%m-%d"])
STOPS = (
    PeriodNotClosed,
    KeyFileProblem,
    WrongKeyFile,
    SealBroken,
    Refused,
    ProgrammeRefused,
    FileNotFoundError,  # a programme that is named nowhere
)
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
@click.option("--programme", envvar="WELFARE_PROGRAMME", default=PROGRAMME, show_envvar=True)
def release(
    first: datetime | None, last: datetime | None, database: str, key_file: Path, programme: str
) -> None:
    """Compute the figures of a closed period, once. Two people approve each in the web."""
    at = datetime.now(UTC)
    try:
        period = _period(first, last, on=at.date())
        with _opened(_address(database, os.environ), key_file) as site:
            said = release_period(site, period=period, programme=programme, at=at)
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


def release_period(site: Database, *, period: Period, programme: str, at: datetime) -> list[str]:
    """Release what is on the menu for every contingent that still waits for it; a sentence each.

    `programme`: the code of the one that counts where a deployment names none.
    """
    with snapshot(site) as session:
        if not check_site(session):
            raise Refused("This site is not set up. Run `welfare setup` first.")
        names = roots(session)
        waiting = _waiting(session, names, period)
        frozen = _frozen(session, waiting, period, programme) if waiting else []
    done = [(item, root) for item in MENU for root in names if (item, root) not in waiting]
    said = [_sentence(item, names[root], ALREADY) for item, root in done]
    return said + [_release_one(site, each, period=period, at=at) for each in frozen]


def _waiting(session: Session, names: Iterable[UUID], period: Period) -> list[tuple[Item, UUID]]:
    return [
        (item, root)
        for item in MENU
        for root in names
        if not is_released(session, code=item.measure, root=root, period=period)
    ]


def _frozen(
    session: Session, waiting: Sequence[tuple[Item, UUID]], period: Period, programme: str
) -> list[Counted]:
    """Everything from one and the same moment."""
    trees = contingents(session, on=period.last)
    asking = Asking(period, {person for tree in trees for person in tree.homes}, programme)
    found = {item: item.find(session, asking) for item in dict.fromkeys(one for one, _ in waiting)}
    return [
        counted(item, tree, people)
        for item, people in found.items()
        for tree in trees
        if (item, tree.root) in waiting
    ]


def _release_one(site: Database, it: Counted, *, period: Period, at: datetime) -> str:
    table, report = it.candidate()
    try:
        with transaction(site) as session:
            publish(
                session,
                by=ByCommand(),
                table=table,
                report=report,
                audience=_audience(it),
                period=period,
                input_digest=it.digest,
                allowance=DEFAULT,
                at=at,
            )
    except AlreadyReleased:  # another run was faster
        return _sentence(it.item, it.contingent.name, ALREADY)
    return _sentence(
        it.item,
        it.contingent.name,
        f"{period.first} to {period.last} computed, {len(table.cells)} rows with figures, "
        "waiting for approval.",
    )


def _audience(it: Counted) -> Audience:
    return Audience(
        root=it.contingent.root,
        unit_ids=it.contingent.unit_ids,
        units=it.contingent.units,
        strengths=it.counts.strengths,
        people=it.contingent.people,
    )


def _sentence(item: Item, name: str, what: str) -> str:
    return f"{name}, {item.measure}: {what}"
