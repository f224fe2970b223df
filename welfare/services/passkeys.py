"""Passkeys: added to the own account, used to come in, and to prove that it is the owner."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import trail
from models.base import new_key
from models.tables.accounts import Account
from models.tables.doors import Challenge, Passkey
from models.vocabulary import Act, ChallengePurpose, Decision
from welfare.errors import InputRefused, SignInRefused
from welfare.policies import known_devices, passkey_checks, proofs
from welfare.policies.actor import Actor, Machine
from welfare.policies.browser import Browser
from welfare.policies.live_sessions import digest, end_token, open_session, own_session
from welfare.policies.passkey_checks import Place, WrongPasskey
from welfare.policies.posts import first_post, held_posts
from welfare.policies.proofs import Opened, trusted_session
from welfare.policies.recovery_codes import codes_left, make_codes

LIFE = timedelta(minutes=5)
CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked to sign, as JSON for it, and under which id the answer comes."""

    challenge_id: UUID
    options: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser sent back."""

    challenge_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """`codes` are new recovery codes, if there were none before."""

    opened: Opened
    codes: list[str]


def ask_for_sign_in(session: Session, *, place: Place, binding: bytes, at: datetime) -> Asked:
    """For anybody's passkey. `binding` is a secret of the browser that asks."""
    asked, challenge = _challenge(session, ChallengePurpose.SIGN_IN, None, binding, at)
    return Asked(asked, passkey_checks.options_to_use(place, challenge=challenge, known=[]))


def sign_in_with_passkey(
    session: Session,
    *,
    place: Place,
    binding: bytes,
    answer: Answer,
    browser: Browser,
    at: datetime,
) -> Opened:
    """Come in without a name or password: a passkey is both factors at once.

    Raises SignInRefused, the same for every reason.
    """
    try:
        challenge = _used_up(session, ChallengePurpose.SIGN_IN, None, answer, binding, at)
        passkey = _checked(session, place, challenge, answer, None, at)
    except WrongPasskey:
        _note_stranger(session, at)
        raise SignInRefused from None
    account = session.get_one(Account, passkey.account_id, with_for_update={"read": True})
    posts = held_posts(session, account_id=account.id, today=at.date())
    post = first_post(posts) if account.disabled_at is None else None
    if post is None:
        _note_stranger(session, at)
        raise SignInRefused
    end_token(session, token=browser.token, at=at)
    actor = Actor(account.id, account.person_id, post.role, post.unit.path)
    trail.record(session, by=actor, act=Act.SIGNED_IN, at=at, subject=account)
    token = open_session(
        session,
        account_id=account.id,
        post_id=post.id,
        at=at,
        device=browser.kind,
        proved_at=at,
    )
    known = known_devices.remember(session, token=browser.known, account_id=account.id, at=at)
    return Opened(token, known)


def ask_for_proof(
    session: Session, *, actor: Actor, place: Place, browser: Browser, at: datetime
) -> Asked:
    """For a passkey of one's own. Raises InputRefused for somebody who has none."""
    own_session(session, actor=actor, token=browser.token)
    known = _credentials(session, actor)
    if not known:
        raise InputRefused({"passkey": "no_factor"})
    asked, challenge = _challenge(
        session, ChallengePurpose.PROVE, actor.account_id, digest(browser.token), at
    )
    return Asked(asked, passkey_checks.options_to_use(place, challenge=challenge, known=known))


def prove_by_passkey(
    session: Session, *, actor: Actor, place: Place, answer: Answer, browser: Browser, at: datetime
) -> Opened:
    """The session is proved, and fresh again. Raises InputRefused."""
    stored = own_session(session, actor=actor, token=browser.token)
    try:
        challenge = _used_up(
            session,
            ChallengePurpose.PROVE,
            actor.account_id,
            answer,
            digest(browser.token),
            at,
        )
        passkey = _checked(session, place, challenge, answer, actor.account_id, at)
    except WrongPasskey:
        proofs.note_refused(session, by=actor, at=at)
        raise InputRefused({"passkey": "passkey"}) from None
    trail.record(session, by=actor, act=Act.FACTOR_PROVED, at=at, subject=passkey)
    return proofs.show(session, stored=stored, browser=browser, at=at)


def ask_to_add(
    session: Session, *, actor: Actor, place: Place, browser: Browser, at: datetime
) -> Asked:
    """Ask the browser to make a passkey for this account.

    The name that it keeps says nothing about the person: passkeys travel through other clouds.
    """
    trusted_session(session, actor=actor, browser=browser)
    asked, challenge = _challenge(
        session, ChallengePurpose.ADD, actor.account_id, digest(browser.token), at
    )
    options = passkey_checks.options_to_add(
        place,
        challenge=challenge,
        user_id=actor.account_id.bytes,
        user_name=f"{place.name} {actor.account_id.hex[-4:]}",
        known=_credentials(session, actor),
    )
    return Asked(asked, options)


def add_passkey(
    session: Session, *, actor: Actor, place: Place, answer: Answer, browser: Browser, at: datetime
) -> NewPasskey:
    """Keep the public half of a new passkey. Raises InputRefused."""
    proofs.lock_account(session, account_id=actor.account_id)
    stored = trusted_session(session, actor=actor, browser=browser)
    try:
        challenge = _used_up(
            session, ChallengePurpose.ADD, actor.account_id, answer, digest(browser.token), at
        )
        made = passkey_checks.check_added(place, challenge=challenge, answer=answer.text)
        if _passkey(session, made.credential_id) is not None:
            raise WrongPasskey
    except WrongPasskey:
        proofs.note_refused(session, by=actor, at=at)
        raise InputRefused({"passkey": "passkey"}) from None
    proofs.forget_password_devices(session, account_id=actor.account_id, but=browser.known)
    passkey = Passkey(
        id=new_key(),
        account_id=actor.account_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        device=browser.kind,
        made_at=at,
    )
    session.add(passkey)
    trail.record(session, by=actor, act=Act.FACTOR_ADDED, at=at, subject=passkey)
    is_first = not codes_left(session, account_id=actor.account_id)
    codes = make_codes(session, account_id=actor.account_id, at=at) if is_first else []
    return NewPasskey(proofs.show(session, stored=stored, browser=browser, at=at), codes)


def _challenge(
    session: Session,
    purpose: ChallengePurpose,
    account_id: UUID | None,
    binding: bytes,
    at: datetime,
) -> tuple[UUID, bytes]:
    """A new challenge; those that are over are swept away on the occasion."""
    session.execute(delete(Challenge).where(Challenge.made_at < at - LIFE))
    made = Challenge(
        id=new_key(),
        account_id=account_id,
        purpose=purpose,
        value=secrets.token_bytes(CHALLENGE_BYTES),
        made_at=at,
    )
    session.add(made)
    return made.id, passkey_checks.bound(made.value, binding)


def _used_up(
    session: Session,
    purpose: ChallengePurpose,
    account_id: UUID | None,
    answer: Answer,
    binding: bytes,
    at: datetime,
) -> bytes:
    """The challenge that was asked, once: the database itself lets it work a single time."""
    used = (
        update(Challenge)
        .where(
            Challenge.id == answer.challenge_id,
            Challenge.purpose == purpose,
            Challenge.account_id == account_id if account_id else Challenge.account_id.is_(None),
            Challenge.used_at.is_(None),
            Challenge.made_at > at - LIFE,
        )
        .values(used_at=at)
        .returning(Challenge.value)
    )
    value = session.scalar(used)
    if value is None:
        raise WrongPasskey
    return passkey_checks.bound(value, binding)


def _checked(
    session: Session,
    place: Place,
    challenge: bytes,
    answer: Answer,
    account_id: UUID | None,
    at: datetime,
) -> Passkey:
    """The passkey that has really signed. With `account_id` it must be that account's."""
    credential_id, handle = passkey_checks.named_in(answer.text)
    passkey = _passkey(session, credential_id)
    if passkey is None or account_id not in (None, passkey.account_id):
        raise WrongPasskey
    if handle not in (None, passkey.account_id.bytes):
        raise WrongPasskey
    shown = passkey_checks.check_used(
        place,
        challenge=challenge,
        answer=answer.text,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
    )
    counted = (
        update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=shown.new_sign_count, used_at=at)
        .returning(Passkey.id)
    )
    if session.scalar(counted) is None:  # used a second time at the same moment
        raise WrongPasskey
    return passkey


def _passkey(session: Session, credential_id: bytes) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _credentials(session: Session, actor: Actor) -> list[bytes]:
    found = select(Passkey.credential_id).where(Passkey.account_id == actor.account_id)
    return list(session.scalars(found))


def _note_stranger(session: Session, at: datetime) -> None:
    trail.record(session, by=Machine(), act=Act.SIGN_IN_REFUSED, at=at, decision=Decision.REFUSED)
    session.info[proofs.KEEP] = True
