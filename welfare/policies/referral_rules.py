"""Who may see a referral and act on it: its two sides, and never about themselves.

What may be done next is in `flows`; so a rule asks for no state.
"""

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, or_

from models.tables.referrals import Referral
from welfare.policies.actor import Actor
from welfare.policies.rules import Rule


def _rule(
    name: str,
    one: Callable[[Actor, Referral], bool],
    many: Callable[[Actor], ColumnElement[bool]],
) -> Rule[Referral]:
    return Rule(
        name,
        Referral,
        one=lambda actor, referral: referral.person_id != actor.person_id and one(actor, referral),
        many=lambda actor: and_(Referral.person_id != actor.person_id, many(actor)),
    )


either_side = _rule(
    "referral sent by or to oneself",
    one=lambda actor, referral: actor.account_id in (referral.sender_id, referral.receiver_id),
    many=lambda actor: or_(
        Referral.sender_id == actor.account_id, Referral.receiver_id == actor.account_id
    ),
)

deciding_side = _rule(
    "referral to oneself, or sent by oneself to a service outside",
    one=lambda actor, referral: (
        referral.receiver_id == actor.account_id
        or (referral.is_outside and referral.sender_id == actor.account_id)
    ),
    many=lambda actor: or_(
        Referral.receiver_id == actor.account_id,
        and_(Referral.is_outside, Referral.sender_id == actor.account_id),
    ),
)

responsible_side = _rule(
    "referral that one answers for",
    one=lambda actor, referral: referral.responsible_id == actor.account_id,
    many=lambda actor: Referral.responsible_id == actor.account_id,
)

# The sender until the end: the person may change their mind towards whom they know.
ending_side = _rule(
    "referral sent by oneself, or that one answers for",
    one=lambda actor, referral: actor.account_id in (referral.sender_id, referral.responsible_id),
    many=lambda actor: or_(
        Referral.sender_id == actor.account_id, Referral.responsible_id == actor.account_id
    ),
)
