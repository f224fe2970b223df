"""What somebody agreed to, as a question that a query can carry."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models.tables.consents import Consent
from models.vocabulary import ConsentPurpose


def has_agreed(person_id: Any, purpose: ConsentPurpose) -> ColumnElement[bool]:
    """Is a consent of this person in force now? `person_id`: a column, or somebody's id.

    `MODEL_DEVELOPMENT` decides whose answers a model may learn from, and nothing about care.
    """
    return exists().where(
        Consent.person_id == person_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )


def is_in_force(session: Session, *, person_id: UUID, purpose: ConsentPurpose) -> bool:
    return bool(session.scalar(select(has_agreed(person_id, purpose))))
