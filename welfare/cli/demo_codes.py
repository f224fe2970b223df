"""Second factors of the demo's made-up staff: kept beside their passwords, shown as codes."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
import pyotp
from sqlalchemy.orm import Session

from models import trail
from models.tables.accounts import Account
from models.vocabulary import Act
from welfare.policies.actor import Actor
from welfare.policies.factors import keep_app

SIGN_INS = Path("var/demo/sign-ins.txt")  # where `make demo` writes them


@click.command()
@click.argument("name")
@click.option("--sign-ins", type=click.Path(dir_okay=False, path_type=Path), default=SIGN_INS)
def code(name: str, sign_ins: Path) -> None:
    """Print the six digits that the app of NAME shows now."""
    click.echo(_current_code(sign_ins, name, datetime.now(UTC)))


def give_app(session: Session, *, actor: Actor, account: Account, at: datetime) -> str:
    """An authenticator app that is set up already. Returns its key."""
    key = pyotp.random_base32()
    app = keep_app(session, account=account, secret=key, at=at, confirmed_at=at)
    trail.record(session, by=actor, act=Act.FACTOR_ADDED, at=at, subject=app)
    return key


def write_sign_ins(path: Path, passwords: Mapping[str, str], keys: Mapping[str, str]) -> None:
    """A line for everybody: name, password, and the app's key for those who need one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)  # the mode above counts only for a new file
    with os.fdopen(handle, "w") as file:
        file.writelines(
            f"{login:<10} {password} {keys.get(login, '')}".rstrip() + "\n"
            for login, password in passwords.items()
        )


def _current_code(path: Path, login: str, at: datetime) -> str:
    """The six digits that this person's app shows now.

    They come from the file alone: on a site with real people no command tells anybody's code.
    """
    if not path.is_file():
        raise click.ClickException(f"There is no {path}: this site was not made by the demo.")
    lines = [line.split() for line in path.read_text().splitlines()]
    keys = {line[0]: line[2] for line in lines if len(line) > 2}
    if login not in keys:
        raise click.ClickException(f"Codes are needed by: {', '.join(keys)}.")
    return pyotp.TOTP(keys[login]).at(at)
