"""Using a link: see what it asks for, choose a password with it, or say "this is not me".

Looking at a link changes nothing: letter boxes and scanners open links too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.alerts import BELL
from models.tables.accounts import Account
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.tables.people import Identity, Person
from models.vocabulary import Act, Decision, InvitationPurpose, LetterKind, LinkEnding
from welfare.errors import InputRefused, RecordNotFound
from welfare.gateways.mail import is_address
from welfare.policies import factors, known_devices, links, live_sessions
from welfare.policies.actor import Actor
from welfare.policies.holders import find_holder
from welfare.policies.own_email import keep_own_email
from welfare.policies.passwords import check_new_password, hashed

KEEP = "keep"


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What the page of a link may say. Nothing about whose it is: links are passed on."""

    fact: links.Fact
    is_new: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose link it is, for checking the second fact. `known`: what is known of them."""

    invitation: Invitation
    account: Account
    identity: dict[str, Any]
    known: dict[str, Any]

    @property
    def actor(self) -> Actor:
        """Signs the trail; without a role nothing is granted by it."""
        return Actor(self.account.id, self.account.person_id)

    @property
    def asked_alone(self) -> bool:
        """Nobody but the owner's own mail box and what they know stands for this link."""
        return self.invitation.made_by is None


def look_at_link(session: Session, *, token: str, at: datetime) -> OpenLink:
    """Raises RecordNotFound, the same for unknown, used, old and withdrawn links."""
    invitation = session.get(Invitation, _id_in(session, token))
    owner = _owner(session, invitation, at)
    return OpenLink(
        links.fact_asked(owner.invitation, owner.known),
        owner.invitation.purpose is InvitationPurpose.JOIN,
    )


def use_link(
    session: Session, *, token: str, fact: str, password: str, own_email: str, at: datetime
) -> None:
    """Choose a password. All older sessions, links and known browsers end.

    `own_email`: where to send a link if the owner forgets the password; may be empty. With a link
    from administrators an empty one forgets the older: a stranger may have typed that. Raises
    InputRefused; RecordNotFound for a link that does not work, also after too many wrong facts.
    """
    owner = _locked_owner(session, token, at)
    if not links.is_right(vault.keys_of(session), owner.invitation, fact, owner.known):
        _note_wrong_fact(session, owner, at)
        raise InputRefused({"fact": "not_right"})
    names = [str(owner.identity.get(name, "")) for name in ("given", "family")]
    check_new_password(password, field="password", own_words=names)
    if own_email and not is_address(own_email):
        raise InputRefused({"own_email": "not_an_address"})
    account = owner.account
    account.password_hash, account.must_change_password = hashed(password), False
    account.used_at = account.used_at or at
    owner.invitation.used_at = at
    _end_everything_older(session, owner, at)
    if own_email or not owner.asked_alone:
        keep_own_email(session, person_id=account.person_id, address=own_email)
    _record(session, owner, Act.INVITATION_USED, at)


def refuse_link(session: Session, *, token: str, at: datetime) -> None:
    """ "This is not me": the link ends, and who made it is asked to look."""
    owner = _locked_owner(session, token, at)
    _end(session, owner, LinkEnding.NOT_ME, at)
    _record(session, owner, Act.INVITATION_REFUSED, at)


def _id_in(session: Session, token: str) -> UUID:
    found = links.id_in(vault.keys_of(session), token)
    if found is None:
        raise RecordNotFound("no such link")
    return found


def _locked_owner(session: Session, token: str, at: datetime) -> Owner:
    """Of two devices that use one link at the same moment, the second finds it used."""
    invitation_id = _id_in(session, token)
    account_id = session.scalar(select(Invitation.account_id).where(Invitation.id == invitation_id))
    if account_id is None:
        raise RecordNotFound("no such link")
    session.get(Account, account_id, with_for_update={"key_share": True})
    return _owner(session, session.get(Invitation, invitation_id), at)


def _owner(session: Session, invitation: Invitation | None, at: datetime) -> Owner:
    if invitation is None or not links.opens(invitation, at):
        raise RecordNotFound("this link does not work")
    account = session.get_one(Account, invitation.account_id)
    found = vault.person_with_key(session, person_id=account.person_id)
    if account.disabled_at is not None or found is None:
        raise RecordNotFound("this link does not work")
    if links.is_by_one(invitation) and _needs_two(session, account, at):
        raise RecordNotFound("this link does not work any more")
    person, key = found
    stored = session.get(Identity, person.id)
    identity = vault.opened(key, stored, "content") if stored is not None else {}
    return Owner(invitation, account, identity, identity | _facts(person, key))


def _needs_two(session: Session, account: Account, at: datetime) -> bool:
    """What one administrator could open when the link was made, two have to open by now."""
    return find_holder(session, account_id=account.id, today=at.date()).needs_two


def _facts(person: Person, key: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = vault.opened(key, person, "facts")
    return facts


def _note_wrong_fact(session: Session, owner: Owner, at: datetime) -> None:
    """Counted although the answer is a refusal; the last one ends the link."""
    owner.invitation.failures += 1
    if owner.invitation.failures >= links.TRIES:
        _end(session, owner, LinkEnding.WRONG_CODES, at)
    _record(session, owner, Act.INVITATION_REFUSED, at, Decision.REFUSED)
    session.info[KEEP] = True


def _end(session: Session, owner: Owner, why: LinkEnding, at: datetime) -> None:
    owner.invitation.revoked_at, owner.invitation.closed_for = at, why
    maker = owner.invitation.made_by
    if maker is None:
        return
    session.info[BELL] = True
    session.add(
        Letter(
            kind=LetterKind.NOTICE,
            recipient_id=maker,
            invitation_id=owner.invitation.id,
            written_at=at,
            next_try_at=at,
        )
    )


def _end_everything_older(session: Session, owner: Owner, at: datetime) -> None:
    account = owner.account
    live_sessions.end_all(session, account_id=account.id, at=at)
    known_devices.forget_all(session, account_id=account.id)
    for link in session.scalars(select(Invitation).where(Invitation.account_id == account.id)):
        if links.is_live(link, at):
            link.revoked_at, link.closed_for = at, LinkEnding.REPLACED
    if owner.invitation.purpose is InvitationPurpose.RESET_FACTORS:
        factors.forget_factors(session, by=owner.actor, account=account, at=at)


def _record(
    session: Session,
    owner: Owner,
    act: Act,
    at: datetime,
    decision: Decision = Decision.ALLOWED,
) -> None:
    trail.record(
        session,
        by=owner.actor,
        act=act,
        at=at,
        person_id=owner.account.person_id,
        subject=owner.invitation,
        decision=decision,
    )
