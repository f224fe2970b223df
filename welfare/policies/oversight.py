"""Rules about openings in an emergency, and about those who look at them a second time."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, select, union

from models.tables.glass import BreakGlass
from models.tables.notices import DelayedNotice, EntryQuestion
from models.tables.people import Person
from welfare.policies.actor import Actor
from welfare.policies.rules import Record, Rule, cared_for, people_cared_for, unit_ids_of

Overseen = TypeVar("Overseen", BreakGlass, DelayedNotice, EntryQuestion)


def _opened(actor: Actor, glass: BreakGlass) -> bool:
    """Only until it ends, in the own units, and never the own record."""
    return (
        actor.at is not None
        and glass.opener_id == actor.account_id
        and glass.is_open(actor.at)
        and actor.leads_to(glass.unit.path)
        and glass.person_id != actor.person_id
    )


def _opened_many(actor: Actor) -> ColumnElement[bool]:
    if actor.at is None:
        return false()
    return and_(
        BreakGlass.opener_id == actor.account_id,
        BreakGlass.ended_at.is_(None),
        BreakGlass.until_at > actor.at,
        BreakGlass.unit_id.in_(unit_ids_of(actor)),
        BreakGlass.person_id != actor.person_id,
    )


own_glass: Rule[BreakGlass] = Rule(
    "own opening in an emergency, while it lasts", BreakGlass, one=_opened, many=_opened_many
)

readable: Rule[Record] = Rule(
    "own or shared open case, open alert owned or covered, or opened in an emergency",
    Person,
    one=lambda actor, record: (
        cared_for.one(actor, record) or any(_opened(actor, glass) for glass in record.glasses)
    ),
    many=lambda actor: Person.id.in_(
        union(*people_cared_for(actor), select(BreakGlass.person_id).where(_opened_many(actor)))
    ),
)


def _second_look(name: str, table: type[Overseen], acting: str) -> Rule[Overseen]:
    """In the own units, of what somebody else did to the record of somebody else. `acting`: the
    column of the one who did it."""

    def one(actor: Actor, row: Overseen) -> bool:
        is_theirs = actor.account_id == getattr(row, acting)
        is_inside = actor.leads_to(row.unit.path)
        return is_inside and not is_theirs and row.person_id != actor.person_id

    def many(actor: Actor) -> ColumnElement[bool]:
        columns: Any = table
        return and_(
            columns.unit_id.in_(unit_ids_of(actor)),
            getattr(table, acting) != actor.account_id,
            columns.person_id != actor.person_id,
        )

    return Rule(name, table, one, many)


others_glass = _second_look(
    "opening in own units, by and about somebody else", BreakGlass, "opener_id"
)
others_delay = _second_look(
    "delayed notice in own units, asked by and about somebody else", DelayedNotice, "asked_by"
)
others_question = _second_look(
    "question in own units, by and about somebody else", EntryQuestion, "reader_id"
)

late_question: Rule[EntryQuestion] = Rule(
    "question in own units that has waited too long, by and about somebody else",
    EntryQuestion,
    one=lambda actor, row: row.late_at is not None and others_question.one(actor, row),
    many=lambda actor: and_(EntryQuestion.late_at.is_not(None), others_question.many(actor)),
)
