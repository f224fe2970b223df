"""Acts that the web does in two steps, as one, for tests of services."""

from datetime import datetime

from sqlalchemy.orm import Session

from welfare.policies.actor import Actor
from welfare.policies.browser import Browser
from welfare.policies.proofs import Opened
from welfare.services.sign_in import (
    change_password,
    check_own_password,
    check_password,
    confirm_password,
    prepare_password,
    sign_in,
)


def enter(session: Session, *, login: str, password: str, browser: Browser, at: datetime) -> Opened:
    """Compare the password, then open the session: what the sign-in page does."""
    given = {"login": login, "browser": browser, "at": at}
    checked = check_password(session, password=password, **given)
    return sign_in(session, checked=checked, **given)


def come_in(session: Session, *, login: str, password: str, network: str, at: datetime) -> str:
    """The same from a browser that is not known; only the session's token."""
    browser = Browser(network=network)
    return enter(session, login=login, password=password, browser=browser, at=at).token


def confirm(
    session: Session, *, actor: Actor, password: str, browser: Browser, at: datetime
) -> str:
    given = {"actor": actor, "browser": browser, "at": at}
    checked = check_own_password(session, password=password, **given)
    return confirm_password(session, checked=checked, **given)


def set_password(
    session: Session, *, actor: Actor, old: str, new: str, token: str, at: datetime
) -> str:
    given = {"actor": actor, "browser": Browser(token=token), "at": at}
    prepared = prepare_password(session, old=old, new=new, **given)
    return change_password(session, prepared=prepared, **given)
