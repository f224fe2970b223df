"""`welfare config check`: every setting, where it comes from, and whether it works here."""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from models.session import open_database
from welfare.cli.opening import database_file, mailer_of, read_keys
from welfare.config import (
    DEFAULTS,
    PREFIX,
    SECRETS,
    Finding,
    Gathered,
    Settings,
    SettingsWrong,
    Verdict,
    findings,
    gather,
)
from welfare.config.forms import problems_of
from welfare.gateways.mail import MailNotSent
from welfare.upkeep.checks import Check, State, failed, well
from welfare.upkeep.site import look_at_database, look_at_room

ONLY_WHILE_SERVING = ("lease",)
WIDTH = 28
IN_FRONT_OF_THE_HOST = re.compile(r"(?<=://).*@", re.DOTALL)  # a user, and perhaps a password


@click.group()
def config() -> None:
    """The settings of this machine."""


@config.command()
def check() -> None:
    """Say for every setting whether it works here; exit status 1 if one is refused."""
    gathered = gather(os.environ)
    try:
        settings = Settings.of(gathered)
    except SettingsWrong:
        problems = gathered.problems + problems_of(gathered.values)
        _show(gathered, [Finding(each.name, Verdict.REFUSED, each.words) for each in problems])
        raise click.ClickException("The settings cannot be used.") from None
    found = findings(settings)
    _show(gathered, found)
    tried = list(_try(settings))
    click.echo("")
    for each in tried:
        click.echo(f"{each.name:{WIDTH}} {each.state:8} {each.words}")
    if any(each.verdict is Verdict.REFUSED for each in found):
        raise click.ClickException("Some settings are refused in production.")
    if any(each.state is State.FAILED for each in tried):
        raise click.ClickException("The settings can be read, but something does not work.")


def _show(gathered: Gathered, found: Iterable[Finding]) -> None:
    """A setting that nobody knows is told after those that there are."""
    said = {name: [each for each in found if each.name == name] for name in DEFAULTS}
    for name, about in said.items():
        verdict = about[0].verdict if about else Verdict.WELL
        value = "not shown" if _is_refused(about) else _value(gathered, name)
        line = f"{PREFIX + name:{WIDTH}} {verdict:8} {value}"
        click.echo(f"{line} ({gathered.sources[name]})")
        for each in about:
            click.echo(f"{'':{WIDTH}}          {each.words}")
    for each in found:
        if each.name not in DEFAULTS:
            click.echo(f"{PREFIX + each.name:{WIDTH}} {each.verdict:8} {each.words}")


def _is_refused(about: Iterable[Finding]) -> bool:
    """Then its value may be anything, also a secret that belongs elsewhere."""
    return any(each.verdict is Verdict.REFUSED for each in about)


def _value(gathered: Gathered, name: str) -> str:
    value = gathered.values[name]
    if name in SECRETS:
        return "set" if value else "not set"
    return IN_FRONT_OF_THE_HOST.sub("…@", value) or "empty"


def _try(settings: Settings) -> Iterator[Check]:
    yield from _try_database(settings)
    yield _try_folder(database_file(settings))
    try:
        mailer_of(settings).greet()
        yield well("mail server", "takes letters")
    except MailNotSent as reason:
        yield failed("mail server", f"does not work: {reason}")


def _try_database(settings: Settings) -> Iterator[Check]:
    file = database_file(settings)
    try:
        keys = read_keys(settings)
    except click.ClickException as problem:
        yield failed("key file", problem.message)
        return
    yield well("key file", "can be opened")
    if file is not None and not file.is_file():
        yield failed("database", "is not there: `welfare setup` makes a new site")
        return
    database = open_database(settings.database_url, keys)
    try:
        looked = look_at_database(database, key_file=settings.key_file, at=datetime.now(UTC))
        yield from (each for each in looked if each.name not in ONLY_WHILE_SERVING)
        yield look_at_room(database)
    finally:
        database.engine.dispose()


def _try_folder(file: Path | None) -> Check:
    if file is None or os.access(file.parent, os.W_OK):
        return well("folder", "can be written")
    return failed("folder", "of the database cannot be written")
