"""A session whose owner has shown a second factor: what follows from it, and who may add one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail
from models.tables.accounts import Account, WebSession
from models.vocabulary import Act, Decision
from welfare.errors import AccessDenied
from welfare.policies import known_devices, lock_out
from welfare.policies.actor import Actor
from welfare.policies.browser import Browser
from welfare.policies.factors import count_factors
from welfare.policies.live_sessions import own_session, renew

KEEP = "keep"  # the web's edge commits what is marked so, although the answer is a refusal


@dataclass(frozen=True, slots=True)
class Opened:
    """Tokens for the browser: of the session, and of a browser that is known from now on.

    `known` is empty until somebody has come in completely, with the second factor if one is due.
    """

    token: str
    known: str = ""


def trusted_session(session: Session, *, actor: Actor, browser: Browser) -> WebSession:
    """The own session, for changing the keys to the account.

    Raises AccessDenied while it owes the second factor that the account has: whoever knows only
    the password must not add a factor of their own, or take the owner's away.
    """
    stored = own_session(session, actor=actor, token=browser.token)
    if stored.proved_at is None and count_factors(session, account_id=actor.account_id):
        raise AccessDenied("a second factor is owed")
    return stored


def counters(
    session: Session, *, stored: WebSession, browser: Browser, at: datetime
) -> lock_out.Subjects:
    """Who is counted when codes are tried in this session."""
    known = known_devices.known_device(
        session, token=browser.known, account_id=stored.account_id, at=at
    )
    return lock_out.of_second_factor(
        session, account_id=stored.account_id, session_id=stored.id, known=known
    )


def wrong_code(session: Session, *, by: Actor, counters: lock_out.Subjects, at: datetime) -> None:
    """Counted for the account, too, from whichever browser it came."""
    if "factor-account" not in counters:
        lock_out.note_wrong_code(session, account_id=by.account_id, at=at)
    note_refused(session, by=by, at=at)


def lock_account(session: Session, *, account_id: UUID) -> None:
    """One change of the keys to an account at a time: two at once could take the last factor."""
    session.execute(
        select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    )


def forget_password_devices(session: Session, *, account_id: UUID, but: str) -> None:
    """Before the first factor is added: so far the password alone was enough to become known."""
    if not count_factors(session, account_id=account_id):
        known_devices.forget_all(session, account_id=account_id, but=but)


def show(session: Session, *, stored: WebSession, browser: Browser, at: datetime) -> Opened:
    """The owner has shown a second factor: the session is proved, fresh, and has a new token."""
    stored.proved_at = at
    stored.fresh_at = at
    known = known_devices.remember(
        session, token=browser.known, account_id=stored.account_id, at=at
    )
    return Opened(renew(stored), known)


def note_refused(session: Session, *, by: trail.Signature, at: datetime) -> None:
    """A factor that did not fit: counted and in the trail, although the answer is a refusal."""
    trail.record(session, by=by, act=Act.FACTOR_PROVED, at=at, decision=Decision.REFUSED)
    session.info[KEEP] = True
