"""Referrals as pages show them: opened, with the names of those who act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from models import vault
from models.tables.referrals import Referral
from welfare.policies.sealed_referrals import (
    Asked,
    Basis,
    Ended,
    asked_of,
    basis_of,
    ending_of,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """`name`: whose referral it is. `receiver`: empty for a service outside, or where there is
    none any more."""

    referral: Referral
    name: str
    asked: Asked
    basis: Basis | None
    ended: Ended | None
    sender: str
    receiver: str
    responsible: str


def opened(referral: Referral, *, key: bytes, name: str, names: Mapping[UUID, str]) -> Shown:
    receiver = referral.receiver_id
    return Shown(
        referral=referral,
        name=name,
        asked=asked_of(key, referral),
        basis=basis_of(key, referral),
        ended=ending_of(key, referral),
        sender=names.get(referral.sender_id, ""),
        receiver=names.get(receiver, "") if receiver else "",
        responsible=names.get(referral.responsible_id, ""),
    )


def names_in(session: Session, referrals: Sequence[Referral]) -> Mapping[UUID, str]:
    """Of everybody who acts in one of them; asked only if there is one."""
    return vault.names_of(session, account_ids=set(_acting(referrals))) if referrals else {}


def _acting(referrals: Sequence[Referral]) -> Iterable[UUID]:
    for each in referrals:
        yield from (each.sender_id, each.responsible_id)
        if each.receiver_id is not None:
            yield each.receiver_id
