"""Erasing in one transaction, and what is left in the tables afterwards."""

from sqlalchemy import inspect, select

from models import erasure
from models.base import Base
from models.tables.columns import Sealed
from welfare.policies.actor import Machine


def erase(database, actor, at):
    with database.writing() as session:
        done = erasure.erase(
            session,
            by=Machine(),
            person_id=actor.person_id,
            erased_at=at,
            erased_by=None,
            at=at,
        )
        session.commit()
    return done


def rows(session, table):
    return session.scalars(select(table)).all()


def sealed_values(session, person_id):
    """Everything sealed that is the person's, by table, column and row."""
    tables = [each.class_ for each in Base.registry.mappers if hasattr(each.class_, "person_id")]
    return {
        (row.__tablename__, column, getattr(row, "id", None)): getattr(row, column)
        for table in tables
        for row in session.scalars(select(table))
        for column in sealed_columns(table)
        if row.person_id == person_id and getattr(row, column) is not None
    }


def sealed_columns(table):
    return [
        each.key for each in inspect(table).column_attrs if isinstance(each.columns[0].type, Sealed)
    ]
