"""Which of two records goes on: questions about merges that a query can carry."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from models.tables.merging import Merge

IN_FORCE = Merge.confirmed_at.is_not(None) & Merge.undone_at.is_(None)


def goes_on(person_id: Any) -> ColumnElement[UUID]:
    """The record in which this one goes on: itself, unless it was merged into another."""
    into = select(Merge.person_id).where(Merge.other_id == person_id, IN_FORCE)
    return func.coalesce(into.scalar_subquery(), person_id)


def of_record(column: Any, person_id: UUID) -> ColumnElement[bool]:
    """Rows of this person, and those that stayed behind with a record merged into theirs."""
    others = select(Merge.other_id).where(Merge.person_id == person_id, IN_FORCE)
    return or_(column == person_id, column.in_(others))
