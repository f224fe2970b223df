"""What an export says of merges: the second record as it was, and when the two became one."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import vault
from models.tables.accounts import Account
from models.tables.merging import Merge
from models.tables.people import Identity, Person
from welfare.policies.account_export import of_account
from welfare.policies.export_words import Shown, fields


def of_merges(session: Session, *, person_id: UUID, keys: Mapping[UUID, bytes]) -> list[Shown]:
    """Of one that was parted again, or refused, only the days: the other is somebody else."""
    merges = session.scalars(
        select(Merge)
        .where(or_(Merge.person_id == person_id, Merge.other_id == person_id))
        .order_by(Merge.made_at, Merge.id)
    ).all()
    return [
        {
            **fields([each], "made_at confirmed_at undone_at")[0],
            "other": _other(session, each.other_id, keys) if each.other_id in keys else None,
        }
        for each in merges
    ]


def _other(session: Session, person_id: UUID, keys: Mapping[UUID, bytes]) -> Shown:
    person, identity = session.get_one(Person, person_id), session.get(Identity, person_id)
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    key = keys[person_id]
    return {
        "id": str(person_id),
        "unit": person.unit.name,
        "facts": vault.opened(key, person, "facts"),
        "identity": vault.opened(key, identity, "content") if identity is not None else None,
        "account": of_account(session, account),
    }
