"""One referral on its way: found and locked, and brought to an end with both sides informed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import referring, trail, vault
from models.tables.referrals import Referral
from models.trail import Signature
from models.vocabulary import Act, ReferralEnding, ReferralStatus
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access, flows
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.sealed_referrals import WORDS_MOST, Ended, basis_of, seal_ending

# Which endings fit which end, and what a person did: those of one page are those of one row.
REJECTIONS = (ReferralEnding.NO_ROOM, ReferralEnding.NOT_FITTING, ReferralEnding.OTHER)
AFTER_VISIT = (
    ReferralEnding.HELPED,
    ReferralEnding.GOES_ON,
    ReferralEnding.NO_NEED,
    ReferralEnding.OTHER,
)
WITHOUT_VISIT = (
    ReferralEnding.DECLINED,
    ReferralEnding.NOT_REACHED,
    ReferralEnding.NO_NEED,
    ReferralEnding.OTHER,
)
OUTCOMES: Mapping[StrEnum, tuple[ReferralEnding, ...]] = {
    ReferralStatus.ATTENDED: AFTER_VISIT,
    ReferralStatus.NOT_ATTENDED: WITHOUT_VISIT,
}


def locked_referral(
    session: Session, *, actor: Actor, permission: Permission, referral_id: UUID
) -> tuple[Referral, bytes]:
    """The referral and its person's key, as nobody can change them until this act ends.

    The person first: of a withdrawn consent, a merge or an erasure this waits for the end.
    """
    referral = session.get(Referral, referral_id)
    found = None
    if referral is not None:
        found = vault.locked_person_with_key(session, person_id=referral.person_id)
    if referral is None or found is None:
        raise RecordNotFound("no such referral")
    person_id = referral.person_id
    session.refresh(referral, with_for_update={"of": Referral})
    access.require(actor, permission, referral)
    if referral.person_id != person_id:
        raise RecordNotFound("the referral belongs to another record by now")
    return referral, found[1]


def insist_on_move(referral: Referral, status: ReferralStatus) -> None:
    """Raises MoveNotAllowed if it is not drawn."""
    flows.require_move(flows.REFERRAL_MOVES, referral.status, status)


def move(referral: Referral, status: ReferralStatus) -> None:
    insist_on_move(referral, status)
    referral.status = status


def checked_ending(ending: str, words: str, offered: tuple[ReferralEnding, ...]) -> Ended:
    """Raises InputRefused for none of those on offer, for “other” without words, or too many."""
    problems = {} if ending in set(offered) else {"ending": "choose"}
    if ending == ReferralEnding.OTHER and not words.strip():
        problems["words"] = "empty"
    if len(words) > WORDS_MOST:
        problems["words"] = "too_long"
    if problems:
        raise InputRefused(problems)
    return Ended(ReferralEnding(ending), words.strip())


def end(
    referral: Referral, *, key: bytes, status: ReferralStatus, ended: Ended, at: datetime
) -> None:
    """It needs a reason of some kind; without one the database refuses it, too."""
    move(referral, status)
    referral.ended_at = at
    seal_ending(key, referral, ended)


def withdraw_unattended(
    session: Session, *, by: Signature, person_id: UUID, key: bytes, at: datetime
) -> int:
    """The person's consent is withdrawn: what rested on it ends, unless they have been seen, and
    both sides are told. What rests on danger or the law goes on. Returns how many ended."""
    ended = Ended(ReferralEnding.CONSENT_WITHDRAWN, "")
    told: set[UUID | None] = set()
    count = 0
    for referral in _not_seen(session, person_id):
        if basis_of(key, referral) is not None:
            continue
        end(referral, key=key, status=ReferralStatus.WITHDRAWN, ended=ended, at=at)
        record(session, by, Act.REFERRAL_WITHDRAWN, referral, at)
        told |= {referral.sender_id, referral.receiver_id}
        count += 1
    referring.write_letters(session, to=told, at=at)
    return count


def record(session: Session, by: Signature, act: Act, referral: Referral, at: datetime) -> None:
    trail.record(session, by=by, act=act, at=at, person_id=referral.person_id, subject=referral)


def _not_seen(session: Session, person_id: UUID) -> list[Referral]:
    return list(
        session.scalars(
            select(Referral)
            .where(Referral.person_id == person_id, Referral.status.in_(referring.NOT_SEEN))
            .order_by(Referral.id)
            .with_for_update(of=Referral)
            .execution_options(populate_existing=True)
        )
    )
