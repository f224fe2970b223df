"""What a change of gates would have missed: last year's answers, replayed and counted.

Only counts leave; they are shown to clinical staff, who may read answers anyway. Answers are opened
one after the other and never kept.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.instruments.payload import unpack
from models.programmes.replaying import Given, Losses, replayed
from models.sealing import Place
from models.tables.paper import EnteredInError
from models.tables.people import Person, PersonKey
from models.tables.places import Unit
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, Phase
from welfare.policies import access
from welfare.policies import programme_changes as rules
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

LOOKED_BACK = timedelta(days=365)
MOST = 20_000  # the latest
AT_ONCE = 500


def count_losses(session: Session, *, actor: Actor, change_id: UUID, at: datetime) -> Losses:
    """Everybody of the own units who answered within a year, under whatever programme.

    `not_found`: people above a cut-point whose questionnaire would not have been asked. One event
    in the trail: a count names nobody.
    """
    rules.root_of(session, actor, Permission.PROGRAMME_COUNT_LOSSES)
    proposed = rules.find_change(session, actor, change_id)
    trail.record_read(
        session, by=actor, act=Act.PROGRAMME_READ, at=at, person_ids=[None], subject=proposed.row
    )
    return replayed(proposed.old, proposed.new, _answers(session, actor, at))


def _answers(session: Session, actor: Actor, at: datetime) -> Iterator[Given]:
    found = session.execute(_query(actor, at)).yield_per(AT_ONCE)
    return (_given(session, row) for row in found)


def _query(actor: Actor, at: datetime) -> Any:
    own = select(Unit.id).where(access.visible(actor, Permission.PROGRAMME_COUNT_LOSSES))
    return (
        select(
            Screening.id,
            Screening.person_id,
            Screening.window_id,
            Screening.payload,
            Window.code,
            Person.facts,
            PersonKey.wrapping_id,
            PersonKey.wrapped,
        )
        .join(Person, Person.id == Screening.person_id)
        .join(PersonKey, PersonKey.person_id == Screening.person_id)
        .outerjoin(Window, Window.id == Screening.window_id)
        .where(
            Screening.unit_id.in_(own),
            Screening.phase != Phase.CARE,  # no programme asked for it
            Screening.day > (at - LOOKED_BACK).date(),
            ~exists().where(EnteredInError.screening_id == Screening.id),
        )
        .order_by(Screening.day.desc(), Screening.id)
        .limit(MOST)
    )


def _given(session: Session, row: Row[Any]) -> Given:
    key = vault.unwrapped(session, row)
    place = Place(Screening.__tablename__, "payload", row.id, row.person_id)
    facts = Place(Person.__tablename__, "facts", row.person_id, row.person_id)
    payload = unpack(vault.opened_at(key, place, row.payload))
    return Given(
        person_id=row.person_id,
        occasion=row.window_id or payload.part_of or row.id,
        window=row.code or "",
        sex=vault.opened_at(key, facts, row.facts).get("sex"),
        answers=payload.answers,
        positive=frozenset(
            each.instrument for each in payload.responses if each.result.positive is True
        ),
        critical=payload.critical_items,
    )
