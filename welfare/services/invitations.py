"""Links that work once: made and confirmed by administrators, asked for by owners who forgot.

Whoever shows a link never knows the spoken code that goes with it, and the other way round.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.alerts import BELL
from models.base import new_key
from models.sealing import blind_index, keyed_digest
from models.tables.accounts import Account
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.tables.people import Identity
from models.vocabulary import Act, Decision, InvitationPurpose, LetterKind, LinkEnding
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound, SignInRefused
from welfare.policies import factors, links, lock_out
from welfare.policies.actor import Actor, Machine
from welfare.policies.appointing import insist_on_another, is_console, is_used
from welfare.policies.holders import Holder, find_holder, locked_holder, require_over
from welfare.policies.own_email import OWN_EMAIL, keep_own_email
from welfare.policies.permissions import Permission


@dataclass(frozen=True, slots=True)
class Made:
    """Shown once. `code` is for who asked, `path` for who confirmed: never both to one person.

    Only where one administrator is enough is there a path and no code.
    """

    invitation: Invitation
    code: str | None = None
    path: str | None = None
    is_mailed: bool = False


def invite(
    session: Session,
    *,
    actor: Actor,
    account_id: UUID,
    at: datetime,
    by_mail: bool = False,
    with_factors: bool = False,
) -> Made:
    """A new way into an account; the older links end. `with_factors`: the second factor is lost
    as well, and is removed when the link is used.

    It waits for a second administrator, unless the account is a member's and was never used.
    """
    holder = locked_holder(session, account_id=account_id, today=at.date())
    require_over(actor, Permission.ACCOUNT_INVITE, holder)
    if holder.account.id == actor.account_id:
        raise InputRefused({"account": "not_yourself"})
    if holder.account.disabled_at is not None:
        raise MoveNotAllowed("this account is disabled")
    _replace_older(session, holder.account, at)
    if is_console(actor):  # its link cannot be told from one that the owner asked for
        keep_own_email(session, person_id=holder.person.id, address="")
    invitation = _new(holder, _purpose(holder, with_factors), at)
    invitation.made_by = None if is_console(actor) else actor.account_id
    code = links.new_code() if holder.needs_two and not is_console(actor) else None
    keys = vault.keys_of(session)
    if code is not None:
        invitation.code_digest = links.code_digest(keys, invitation.id, code)
    session.add(invitation)
    session.flush()  # a letter refers to it
    _record(session, actor, Act.INVITATION_MADE, holder, invitation, at)
    if code is not None:
        return Made(invitation, code=code)
    is_mailed = _open(session, holder, invitation, by_mail=by_mail, at=at)
    return Made(invitation, path=links.path_for(keys, invitation.id), is_mailed=is_mailed)


def confirm_invitation(
    session: Session, *, actor: Actor, invitation_id: UUID, at: datetime, by_mail: bool = False
) -> Made:
    """A second administrator stands for it, and gets the link to hand over. The time in which it
    can be used begins now."""
    holder, invitation = _locked(session, invitation_id, at)
    require_over(actor, Permission.ACCOUNT_CONFIRM, holder)
    insist_on_another(actor, asked_by=invitation.made_by, account_id=holder.account.id)
    if not links.is_live(invitation, at) or invitation.confirmed_at is not None:
        raise MoveNotAllowed("this link does not wait")
    invitation.confirmed_by = None if is_console(actor) else actor.account_id
    is_mailed = _open(session, holder, invitation, by_mail=by_mail, at=at)
    _record(session, actor, Act.INVITATION_CONFIRMED, holder, invitation, at)
    path = links.path_for(vault.keys_of(session), invitation.id)
    return Made(invitation, path=path, is_mailed=is_mailed)


def withdraw_invitation(
    session: Session, *, actor: Actor, invitation_id: UUID, at: datetime
) -> Invitation:
    """Any administrator of the person's units may end a link; nothing opens by that."""
    holder, invitation = _locked(session, invitation_id, at)
    require_over(actor, Permission.ACCOUNT_INVITE, holder)
    if not links.is_live(invitation, at):
        raise MoveNotAllowed("this link is over already")
    invitation.revoked_at, invitation.closed_for = at, LinkEnding.WITHDRAWN
    _record(session, actor, Act.INVITATION_REVOKED, holder, invitation, at)
    return invitation


def waiting_link(session: Session, *, actor: Actor, account_id: UUID, at: datetime) -> UUID | None:
    """The link of this account that waits for the actor's word, if there is one."""
    holder = find_holder(session, account_id=account_id, today=at.date())
    require_over(actor, Permission.ACCOUNT_CONFIRM, holder)
    found = session.scalars(
        select(Invitation)
        .where(Invitation.account_id == account_id, Invitation.confirmed_at.is_(None))
        .order_by(Invitation.made_at, Invitation.id)
    )
    mine = (None if is_console(actor) else actor.account_id, account_id)
    return next(
        (link.id for link in found if links.is_live(link, at) and link.made_by not in mine), None
    )


def ask_reset(session: Session, *, login: str, network: str, at: datetime) -> None:
    """An owner forgot the password. Answers nothing, whatever it finds.

    A letter is written only to an address that the owner has given, not an administrator. Staff
    need their second factor afterwards; without one they need two administrators.
    """
    keys = vault.keys_of(session)
    digest = blind_index(keys, "login", login)
    subjects = lock_out.of_sign_in(
        session, login=keyed_digest(keys.derived("resets"), digest), network=network, known=None
    )
    try:
        lock_out.begin_try(session, subjects, at=at)
    except SignInRefused:
        return
    account_id = session.scalar(select(Account.id).where(Account.login_digest == digest))
    holder = account_id and locked_holder(session, account_id=account_id, today=at.date())
    if not holder or not _may_reset_alone(session, holder, at):
        trail.record(
            session, by=Machine(), act=Act.INVITATION_MADE, at=at, decision=Decision.REFUSED
        )
        return
    invitation = _new(holder, InvitationPurpose.RESET, at)
    session.add(invitation)
    session.flush()
    _open(session, holder, invitation, by_mail=True, at=at)
    _record(session, Machine(), Act.INVITATION_MADE, holder, invitation, at)


def _purpose(holder: Holder, with_factors: bool) -> InvitationPurpose:
    if with_factors:
        return InvitationPurpose.RESET_FACTORS
    return InvitationPurpose.RESET if is_used(holder.account) else InvitationPurpose.JOIN


def _new(holder: Holder, purpose: InvitationPurpose, at: datetime) -> Invitation:
    return Invitation(
        id=new_key(),
        account_id=holder.account.id,
        purpose=purpose,
        made_at=at,
        expires_at=at + links.WAITS,
        failures=0,
    )


def _open(
    session: Session, holder: Holder, invitation: Invitation, *, by_mail: bool, at: datetime
) -> bool:
    """From now on the link can be used. Is it mailed? The letter's words are made when it is
    sent, so that the outbox holds nothing that opens it."""
    invitation.confirmed_at = at
    invitation.expires_at = at + links.LIFETIMES[invitation.purpose]
    if not by_mail or not links.address_for(invitation, _identity(session, holder)):
        return False
    session.info[BELL] = True
    session.add(
        Letter(
            kind=LetterKind.INVITATION,
            recipient_id=holder.account.id,
            invitation_id=invitation.id,
            written_at=at,
            next_try_at=at,
        )
    )
    return True


def _may_reset_alone(session: Session, holder: Holder, at: datetime) -> bool:
    account = holder.account
    if account.disabled_at is not None or account.must_change_password:
        return False
    if not _identity(session, holder).get(OWN_EMAIL) or _has_open_link(session, account, at):
        return False
    is_staff = factors.must_keep_one(session, account_id=account.id, at=at)
    return not is_staff or factors.count_factors(session, account_id=account.id) > 0


def _identity(session: Session, holder: Holder) -> dict[str, str]:
    stored = session.get(Identity, holder.person.id)
    if stored is None:
        return {}
    key = vault.key_for(session, person_id=holder.person.id)
    found: dict[str, str] = vault.opened(key, stored, "content")
    return found


def _has_open_link(session: Session, account: Account, at: datetime) -> bool:
    """Somebody who asks again and again gets one letter, and ends nobody else's link."""
    found = session.scalars(select(Invitation).where(Invitation.account_id == account.id))
    return any(links.opens(link, at) for link in found)


def _replace_older(session: Session, account: Account, at: datetime) -> None:
    found = session.scalars(select(Invitation).where(Invitation.account_id == account.id))
    for link in found:
        if links.is_live(link, at):
            link.revoked_at, link.closed_for = at, LinkEnding.REPLACED


def _locked(session: Session, invitation_id: UUID, at: datetime) -> tuple[Holder, Invitation]:
    account_id = session.scalar(select(Invitation.account_id).where(Invitation.id == invitation_id))
    if account_id is None:
        raise RecordNotFound("no such link")
    holder = locked_holder(session, account_id=account_id, today=at.date())
    return holder, session.get_one(Invitation, invitation_id, populate_existing=True)


def _record(
    session: Session,
    by: trail.Signature,
    act: Act,
    holder: Holder,
    invitation: Invitation,
    at: datetime,
) -> None:
    trail.record(session, by=by, act=act, at=at, person_id=holder.person.id, subject=invitation)
