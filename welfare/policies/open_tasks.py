"""What else waits on people of a caseload, of whatever kind: one query for all kinds together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, func, select, type_coerce, union_all
from sqlalchemy.orm import Session

from welfare.policies import care_tasks, measure_tasks, message_tasks, referral_tasks
from welfare.policies.actor import Actor


class TaskKind(StrEnum):
    REFERRAL = "referral"
    PLAN_REVIEW = "plan_review"
    APPOINTMENT = "appointment"
    MESSAGE = "message"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One thing to do for one person; `due`: by which day, None where no day was set."""

    person_id: UUID
    kind: TaskKind
    due: date | None


# (person_id, kind, due) of what waits for this actor, and of nobody they may not see. `kind` is the
# word of a TaskKind, `due` a day or a moment, of which the day is kept.
Source = Callable[[Actor, datetime], Select[*tuple[Any, ...]]]
SOURCES: tuple[Source, ...] = (
    care_tasks.appointments_of,
    care_tasks.plan_reviews_of,
    measure_tasks.tasks_of,
    message_tasks.tasks_of,
    referral_tasks.tasks_of,
)


def read_open_tasks(
    session: Session, *, actor: Actor, at: datetime, sources: Sequence[Source] = SOURCES
) -> Mapping[UUID, Sequence[OpenTask]]:
    """By person, the earliest first; no query at all while there is no source."""
    if not sources:
        return {}
    found = union_all(*(_with_day(source(actor, at)) for source in sources)).subquery()
    person, kind, due = tuple(found.columns)
    by_person: dict[UUID, list[OpenTask]] = {}
    for row in session.execute(select(person, kind, due)):
        task = OpenTask(row[0], TaskKind(row[1]), row[2])
        by_person.setdefault(task.person_id, []).append(task)
    return {person_id: sorted(tasks, key=_by_day) for person_id, tasks in by_person.items()}


def _with_day(source: Select[*tuple[Any, ...]]) -> Select[Any, Any, date]:
    person, kind, due = tuple(source.subquery().columns)
    return select(person, kind, type_coerce(func.date(due), Date))


def _by_day(task: OpenTask) -> tuple[date, str]:
    return (task.due or date.max, task.kind)
