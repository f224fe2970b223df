"""Second factors of the own account: authenticator app, recovery codes, taking one away."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.accounts import Account
from models.tables.doors import Passkey, RecoveryCode, TotpSecret
from models.vocabulary import Act
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import lock_out, proofs
from welfare.policies.actor import Actor
from welfare.policies.browser import Browser
from welfare.policies.factors import count_factors, keep_app, must_keep_one
from welfare.policies.live_sessions import own_session
from welfare.policies.proofs import Opened, trusted_session
from welfare.policies.recovery_codes import codes_left, make_codes, use_code

STEP_SECONDS = 30
WINDOW = 1  # steps before and after: clocks differ, and people type slowly
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Factor:
    id: UUID
    device: str | None  # of a passkey
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What the own page shows. `must_keep_one`: a role of this person needs a second factor."""

    apps: list[Factor]
    passkeys: list[Factor]
    codes_left: int
    must_keep_one: bool

    @property
    def is_last(self) -> bool:
        return self.must_keep_one and len(self.apps) + len(self.passkeys) == 1


@dataclass(frozen=True, slots=True)
class Added:
    """A factor was added; `codes` are new recovery codes, if there were none before."""

    opened: Opened
    codes: list[str]


def list_factors(session: Session, *, actor: Actor, at: datetime) -> Factors:
    apps = session.scalars(
        select(TotpSecret).where(
            TotpSecret.account_id == actor.account_id, TotpSecret.confirmed_at.is_not(None)
        )
    )
    keys = session.scalars(
        select(Passkey).where(Passkey.account_id == actor.account_id).order_by(Passkey.made_at)
    )
    return Factors(
        apps=[Factor(each.id, None, each.made_at, None) for each in apps],
        passkeys=[Factor(each.id, each.device, each.made_at, each.used_at) for each in keys],
        codes_left=codes_left(session, account_id=actor.account_id),
        must_keep_one=must_keep_one(session, account_id=actor.account_id, at=at),
    )


def begin_app(session: Session, *, actor: Actor, browser: Browser, at: datetime) -> None:
    """A new secret for an authenticator app. It counts for nothing before its first code."""
    trusted_session(session, actor=actor, browser=browser)
    session.execute(
        delete(TotpSecret).where(
            TotpSecret.account_id == actor.account_id, TotpSecret.confirmed_at.is_(None)
        )
    )
    account = session.get_one(Account, actor.account_id)
    keep_app(session, account=account, secret=pyotp.random_base32(), at=at)


def read_new_secret(session: Session, *, actor: Actor, browser: Browser) -> str:
    """The secret that waits for its first code. Raises RecordNotFound if none does."""
    trusted_session(session, actor=actor, browser=browser)
    return _secret(session, _waiting(session, actor))


def confirm_app(
    session: Session, *, actor: Actor, code: str, browser: Browser, at: datetime
) -> Added:
    """The app works: from now on it is a second factor, and replaces the app of before.

    Raises InputRefused for a wrong code, SignInRefused after too many.
    """
    proofs.lock_account(session, account_id=actor.account_id)
    stored = trusted_session(session, actor=actor, browser=browser)
    app = _waiting(session, actor)
    counters = proofs.counters(session, stored=stored, browser=browser, at=at)
    lock_out.begin_try(session, counters, at=at)
    if not _fits(session, app, code, at):
        proofs.wrong_code(session, by=actor, counters=counters, at=at)
        raise InputRefused({"code": "new_code"})
    lock_out.succeeded(session, counters, at=at)
    proofs.forget_password_devices(session, account_id=actor.account_id, but=browser.known)
    session.execute(
        delete(TotpSecret).where(TotpSecret.account_id == actor.account_id, TotpSecret.id != app.id)
    )
    app.confirmed_at = at
    trail.record(session, by=actor, act=Act.FACTOR_ADDED, at=at, subject=app)
    is_first = not codes_left(session, account_id=actor.account_id)
    codes = make_codes(session, account_id=actor.account_id, at=at) if is_first else []
    return Added(proofs.show(session, stored=stored, browser=browser, at=at), codes)


def prove_by_code(
    session: Session, *, actor: Actor, code: str, browser: Browser, at: datetime
) -> Opened:
    """A code of the app, or a recovery code: the session is proved, and fresh again.

    Raises InputRefused for a wrong or used code, SignInRefused after too many.
    """
    stored = own_session(session, actor=actor, token=browser.token)
    counters = proofs.counters(session, stored=stored, browser=browser, at=at)
    lock_out.begin_try(session, counters, at=at)
    if not (_fits_own_app(session, actor, code, at) or _is_recovery_code(session, actor, code, at)):
        proofs.wrong_code(session, by=actor, counters=counters, at=at)
        raise InputRefused({"code": "code"})
    lock_out.succeeded(session, counters, at=at)
    account = session.get_one(Account, actor.account_id)
    trail.record(session, by=actor, act=Act.FACTOR_PROVED, at=at, subject=account)
    return proofs.show(session, stored=stored, browser=browser, at=at)


def renew_codes(session: Session, *, actor: Actor, browser: Browser, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones work no more. Raises InputRefused without a factor."""
    proofs.lock_account(session, account_id=actor.account_id)
    trusted_session(session, actor=actor, browser=browser)
    if not count_factors(session, account_id=actor.account_id):
        raise InputRefused({"code": "no_factor"})
    account = session.get_one(Account, actor.account_id)
    trail.record(session, by=actor, act=Act.FACTOR_ADDED, at=at, subject=account)
    return make_codes(session, account_id=actor.account_id, at=at)


def remove_factor(
    session: Session, *, actor: Actor, factor_id: UUID, browser: Browser, at: datetime
) -> None:
    """Take away an app or a passkey. Raises InputRefused for the last one while a role needs it."""
    proofs.lock_account(session, account_id=actor.account_id)
    trusted_session(session, actor=actor, browser=browser)
    found = session.get(TotpSecret, factor_id) or session.get(Passkey, factor_id)
    if found is None or found.account_id != actor.account_id:
        raise RecordNotFound("no such factor")
    is_last = count_factors(session, account_id=actor.account_id) == 1
    if is_last and must_keep_one(session, account_id=actor.account_id, at=at):
        raise InputRefused({"factor": "last_factor"})
    session.delete(found)
    if is_last:
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == actor.account_id))
    trail.record(session, by=actor, act=Act.FACTOR_REMOVED, at=at, subject=found)


def _waiting(session: Session, actor: Actor) -> TotpSecret:
    app = session.scalar(
        select(TotpSecret).where(
            TotpSecret.account_id == actor.account_id, TotpSecret.confirmed_at.is_(None)
        )
    )
    if app is None:
        raise RecordNotFound("no app is being added")
    return app


def _fits_own_app(session: Session, actor: Actor, code: str, at: datetime) -> bool:
    app = session.scalar(
        select(TotpSecret).where(
            TotpSecret.account_id == actor.account_id, TotpSecret.confirmed_at.is_not(None)
        )
    )
    return app is not None and _fits(session, app, code, at)


def _fits(session: Session, app: TotpSecret, code: str, at: datetime) -> bool:
    """Does the code belong to this moment? The database itself lets each step work once."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not typed.isdecimal():
        return False
    step = _step_of(pyotp.TOTP(_secret(session, app)), typed, at)
    if step is None:
        return False
    used = (
        update(TotpSecret)
        .where(TotpSecret.id == app.id, TotpSecret.last_step < step)
        .values(last_step=step)
        .returning(TotpSecret.id)
    )
    return session.scalar(used) is not None


def _step_of(totp: pyotp.TOTP, typed: str, at: datetime) -> int | None:
    now = int(at.timestamp()) // STEP_SECONDS
    steps = range(now - WINDOW, now + WINDOW + 1)
    fitting = [
        step
        for step in steps
        if secrets.compare_digest(totp.generate_otp(step).encode(), typed.encode())
    ]
    return fitting[-1] if fitting else None


def _is_recovery_code(session: Session, actor: Actor, code: str, at: datetime) -> bool:
    return use_code(session, account_id=actor.account_id, code=code, at=at)


def _secret(session: Session, app: TotpSecret) -> str:
    key = vault.key_for(session, person_id=app.person_id)
    secret: str = vault.opened(key, app, "secret")
    return secret
