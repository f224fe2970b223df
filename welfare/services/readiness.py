"""Readiness: who has finished which check. A day and a status, from which nobody learns a result.

"Interview to come" is said only where everybody has one: elsewhere it would say that a result was
positive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import vault
from models.programmes import Interview
from models.tables.interviews import Certification
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening, Window
from welfare.policies.actor import Actor
from welfare.policies.asked_people import (
    Choice,
    Found,
    choose,
    identity_of,
    note_shown,
    page_of,
    people_asked,
)
from welfare.policies.interviewing import interviews_of, with_one_for_all

BACK = timedelta(days=400)  # a year, and what came late
FINISHED_ON = func.coalesce(Screening.day, Window.set_aside_on)


class Readiness(StrEnum):
    DONE = "done"
    INTERVIEW_TO_COME = "interview_to_come"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class Finished:
    """One check, answered or as good as. `certified_on`: where everybody has an interview."""

    window: Window
    name: str
    unit: str
    state: Readiness
    answered_on: date
    certified_on: date | None = None


@dataclass(frozen=True, slots=True)
class FinishedPage:
    rows: tuple[Finished, ...]
    number: int
    has_more: bool
    choice: Choice


def read_readiness(
    session: Session,
    *,
    actor: Actor,
    today: date,
    at: datetime,
    unit_id: UUID | None = None,
    number: int = 1,
) -> FinishedPage:
    """Who has finished which check, the newest first: its day and how it stands, no more.

    Finished is also what was declined or waived, where that looks like an answer: else whoever is
    on neither list would be known to have said no, or to be in care.
    """
    choice = choose(session, actor, unit_id)
    columns = select(Window, Person, Identity, PersonKey, FINISHED_ON, Certification.certified_at)
    wanted = (
        people_asked(columns, actor, choice)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .outerjoin(Certification, Certification.screening_id == Screening.id)
        .where(
            today - BACK <= FINISHED_ON,
            Screening.id.is_not(None) | Window.programme.not_in(with_one_for_all(session)),
        )
        .order_by(FINISHED_ON.desc(), Window.id)
    )
    number, shown, has_more = page_of(session, wanted, number)
    interviews = interviews_of(session, [window.programme for window, *_ in shown])
    rows = [_finished(session, row, interviews) for row in shown]
    note_shown(session, actor, [person.id for _, person, *_ in shown], at)
    return FinishedPage(tuple(rows), number, has_more, choice)


def _finished(session: Session, row: Found, interviews: Mapping[str, Interview]) -> Finished:
    window, person, identity, key, day, certified_at = row
    name = vault.name_in(identity_of(session, identity, key), person_id=person.id)
    if interviews[window.programme] is not Interview.ALWAYS:
        return Finished(window, name, person.unit.name, Readiness.DONE, day)
    if certified_at is None:
        return Finished(window, name, person.unit.name, Readiness.INTERVIEW_TO_COME, day)
    certified_on = certified_at.date()
    return Finished(window, name, person.unit.name, Readiness.CERTIFIED, day, certified_on)
