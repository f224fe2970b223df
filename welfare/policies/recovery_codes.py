"""Ten codes on paper for the day on which a phone is lost. Only keyed digests are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import vault
from models.sealing import keyed_digest
from models.tables.doors import RecoveryCode
from welfare.policies.passwords import ALPHABET, in_groups

HOW_MANY = 10
GROUPS, LETTERS = 3, 5  # 74 bits each


def make_codes(session: Session, *, account_id: UUID, at: datetime) -> list[str]:
    """A new set, which replaces the old one. To be shown once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [in_groups(groups=GROUPS, letters=LETTERS) for _ in range(HOW_MANY)]
    session.add_all(
        RecoveryCode(account_id=account_id, digest=_digest(session, account_id, code), made_at=at)
        for code in codes
    )
    return codes


def use_code(session: Session, *, account_id: UUID, code: str, at: datetime) -> bool:
    """Is it one of this account's, and unused? The database itself lets it work once."""
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.digest == _digest(session, account_id, code),
            RecoveryCode.account_id == account_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return session.scalar(used) is not None


def codes_left(session: Session, *, account_id: UUID) -> int:
    left = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalars(left).one()


def _digest(session: Session, account_id: UUID, code: str) -> bytes:
    """As typed: dashes, spaces and capitals do not matter."""
    normal = "".join(letter for letter in code.casefold() if letter in ALPHABET)
    key = vault.keys_of(session).derived("recovery-codes")
    return keyed_digest(key, account_id.bytes + normal.encode())
