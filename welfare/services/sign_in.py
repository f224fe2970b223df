"""Coming in by name and password, confirming that it is still oneself, and a new password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import blind_index
from models.tables.accounts import Account, Post, WebSession
from models.vocabulary import Act, Decision
from welfare.errors import InputRefused, SignInRefused
from welfare.policies import known_devices, lock_out
from welfare.policies.actor import Actor, Machine
from welfare.policies.browser import Browser
from welfare.policies.factors import count_factors, needs_proof
from welfare.policies.live_sessions import end_all, end_token, open_session, own_session, renew
from welfare.policies.own_words import own_words
from welfare.policies.passwords import check_new_password, hashed, matches
from welfare.policies.posts import first_post, held_posts
from welfare.policies.proofs import KEEP, Opened


@dataclass(frozen=True, slots=True)
class Checked:
    """A password compared with what was stored a moment ago."""

    stored: str | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A new password hashed; `hash` is empty where the old one was wrong."""

    checked: Checked
    hash: str


def check_password(
    session: Session, *, login: str, password: str, browser: Browser, at: datetime
) -> Checked:
    """Compare, without changing anything: hashing takes long, so no lock may be held by it.

    Raises SignInRefused, before any hashing, for somebody who has to wait.
    """
    digest = _login_digest(session, login)
    account = _account(session, digest)
    lock_out.insist_on_no_wait(session, _counters(session, digest, account, browser, at), at=at)
    stored = account.password_hash if account else None
    return Checked(stored, matches(stored, password))


def sign_in(
    session: Session, *, login: str, checked: Checked, browser: Browser, at: datetime
) -> Opened:
    """Open a session. Raises SignInRefused, the same for every reason but the wait.

    A session that this browser had before ends: it may have been planted.
    """
    digest = _login_digest(session, login)
    account = _account(session, digest)
    counters = _counters(session, digest, account, browser, at)
    lock_out.begin_try(session, counters, at=at)
    account = _account(session, digest, is_held=True)
    post = _first_post(session, account, at)
    is_right = checked.is_right and account is not None and account.password_hash == checked.stored
    if account is None or post is None or not is_right:
        _note_refusal(session, at)
        raise SignInRefused
    lock_out.succeeded(session, counters, at=at)
    account.used_at = account.used_at or at
    end_token(session, token=browser.token, at=at)
    actor = Actor(account.id, account.person_id, post.role, post.unit.path)
    trail.record(session, by=actor, act=Act.SIGNED_IN, at=at, subject=account)
    token = open_session(
        session, account_id=account.id, post_id=post.id, at=at, device=browser.kind
    )
    if needs_proof(post.role) or count_factors(session, account_id=account.id):
        return Opened(token)  # a browser is known after everything was shown, not before
    known = known_devices.remember(session, token=browser.known, account_id=account.id, at=at)
    return Opened(token, known)


def check_own_password(
    session: Session, *, actor: Actor, password: str, browser: Browser, at: datetime
) -> Checked:
    """As `check_password`, for somebody who is signed in."""
    account = session.get_one(Account, actor.account_id)
    counters = _counters(session, account.login_digest, account, browser, at)
    lock_out.insist_on_no_wait(session, counters, at=at)
    return Checked(account.password_hash, matches(account.password_hash, password))


def confirm_password(
    session: Session, *, actor: Actor, checked: Checked, browser: Browser, at: datetime
) -> str:
    """The owner is still there: the session is fresh again, under a new token.

    Raises InputRefused for a wrong password, and for one where a second factor is owed.
    """
    account = session.get_one(Account, actor.account_id)
    stored = _proved_session(session, actor, browser, field="password")
    _insist_on(session, account, checked, browser, at, field="password")
    stored.fresh_at = at
    trail.record(session, by=actor, act=Act.FACTOR_PROVED, at=at, subject=account)
    return renew(stored)


def prepare_password(
    session: Session, *, actor: Actor, old: str, new: str, browser: Browser, at: datetime
) -> NewPassword:
    """Compare and hash, without changing anything. Raises InputRefused for a bad new password."""
    checked = check_own_password(session, actor=actor, password=old, browser=browser, at=at)
    if not checked.is_right:
        return NewPassword(checked, "")
    if old == new:
        raise InputRefused({"new": "same"})
    account = session.get_one(Account, actor.account_id)
    check_new_password(new, own_words=own_words(session, person_id=account.person_id))
    return NewPassword(checked, hashed(new))


def change_password(
    session: Session, *, actor: Actor, prepared: NewPassword, browser: Browser, at: datetime
) -> str:
    """Set a new password and end every other session. Returns a fresh token for this one.

    Raises InputRefused, and SignInRefused for somebody who has guessed too often. Whoever has
    only the password cannot take the account over: a second factor is asked for where one is.
    """
    account = session.get_one(Account, actor.account_id)
    stored = _proved_session(session, actor, browser, field="old")
    _insist_on(session, account, prepared.checked, browser, at, field="old")
    account.password_hash = prepared.hash
    account.must_change_password, account.used_at = False, account.used_at or at
    end_all(session, account_id=account.id, at=at, but=stored.id)
    known_devices.forget_all(session, account_id=account.id, but=browser.known)
    stored.fresh_at = at
    trail.record(session, by=actor, act=Act.PASSWORD_CHANGED, at=at, subject=account)
    return renew(stored)


def _proved_session(session: Session, actor: Actor, browser: Browser, *, field: str) -> WebSession:
    """The own session, unless it owes the second factor that the account has."""
    stored = own_session(session, actor=actor, token=browser.token)
    if stored.proved_at is None and count_factors(session, account_id=actor.account_id):
        raise InputRefused({field: "proof_needed"})
    return stored


def _insist_on(
    session: Session,
    account: Account,
    checked: Checked,
    browser: Browser,
    at: datetime,
    *,
    field: str,
) -> None:
    """Go on only with the right password. A wrong one is counted, although it is refused."""
    counters = _counters(session, account.login_digest, account, browser, at)
    lock_out.begin_try(session, counters, at=at)
    if not checked.is_right or account.password_hash != checked.stored:
        _note_refusal(session, at)
        raise InputRefused({field: "wrong"})
    lock_out.succeeded(session, counters, at=at)


def _counters(
    session: Session, digest: bytes, account: Account | None, browser: Browser, at: datetime
) -> lock_out.Subjects:
    """A stranger's browser, or one in which this account has signed in before."""
    owner = account.id if account is not None else None
    known = known_devices.known_device(session, token=browser.known, account_id=owner, at=at)
    return lock_out.of_sign_in(session, login=digest, network=browser.network, known=known)


def _login_digest(session: Session, login: str) -> bytes:
    return blind_index(vault.keys_of(session), "login", login)


def _account(session: Session, digest: bytes, *, is_held: bool = False) -> Account | None:
    """`is_held`: as it is now, and nobody changes it before this act is over."""
    found = select(Account).where(Account.login_digest == digest)
    if is_held:
        found = found.with_for_update(read=True).execution_options(populate_existing=True)
    return session.scalar(found)


def _first_post(session: Session, account: Account | None, at: datetime) -> Post | None:
    if account is None or account.disabled_at is not None:
        return None
    return first_post(held_posts(session, account_id=account.id, today=at.date()))


def _note_refusal(session: Session, at: datetime) -> None:
    """Counted and in the trail, although the answer is a refusal."""
    trail.record(session, by=Machine(), act=Act.SIGN_IN_REFUSED, at=at, decision=Decision.REFUSED)
    session.info[KEEP] = True
