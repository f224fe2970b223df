"""What clinicians assign to somebody in their care: what is asked, when next, and how it ends.

Which questionnaire it is lies sealed in the assignment; a window of it names a programme for its
clocks and letters, and nothing else. Callers hold the lock on the person's row and write the trail.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from models import rhythm, rulebook, vault
from models.base import new_key
from models.programmes import Programme
from models.rhythm import EVERY, Changes, Planned, Stored
from models.tables.measures import AssignedMeasure
from models.tables.screenings import Screening, Window
from models.vocabulary import Phase, Rhythm, SetAsideBy

CONTENT_SIZE = 256  # one size for every questionnaire
CODE_SIGNS = 24  # of the assignment's id: no two of one person's are alike
IS_LIVE = AssignedMeasure.ended_at.is_(None)


class Asked(rulebook.Asked, Protocol):
    """What names a programme, one of its windows, and the assignment where there is one."""

    @property
    def measure_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a clinician chose: in which case, how often, and whose clocks and letters count."""

    id: UUID
    person_id: UUID
    case_id: UUID
    instrument: str
    rhythm: Rhythm
    programme: str


def asked(session: Session, window: Asked, *, key: bytes) -> Programme:
    """What a window was planned under, with the window's own questionnaires."""
    programme = rulebook.asked(session, window)
    if window.measure_id is None:
        return programme
    measure = session.get_one(AssignedMeasure, window.measure_id)
    return replace(programme, first_stage=(instrument_of(key, measure),))


def instrument_of(key: bytes, measure: AssignedMeasure) -> str:
    return str(vault.opened(key, measure, "content")["instrument"])


def assign(
    session: Session, *, what: Assignment, key: bytes, by: UUID, at: datetime
) -> AssignedMeasure:
    """The first window opens today; before sessions, when one is planned."""
    measure = AssignedMeasure(
        id=what.id,
        person_id=what.person_id,
        case_id=what.case_id,
        rhythm=what.rhythm,
        programme=what.programme,
        assigned_by=by,
        assigned_at=at,
    )
    content = {"instrument": what.instrument}
    measure.content = vault.sealed(key, measure, "content", content, size=CONTENT_SIZE)
    session.add(measure)
    session.flush()
    _plan(session, [measure], today=at.date())
    return measure


def plan_next(session: Session, *, person_ids: Collection[UUID], today: date) -> int:
    """What is asked every so often is asked again when its time has come. Two queries, however
    many people. Returns how many windows changed."""
    found = session.scalars(
        select(AssignedMeasure)
        .where(AssignedMeasure.person_id.in_(person_ids), IS_LIVE)
        .order_by(AssignedMeasure.id)
    ).all()
    return _plan(session, found, today=today) if found else 0


def plan_before_sessions(
    session: Session, *, case_id: UUID, days: Collection[date], today: date
) -> int:
    """Whatever is assigned in this case "before each session", for all its sessions to come: call
    it whenever one is made, moved or called off. Again, it changes nothing. Returns how many
    windows changed."""
    found = session.scalars(
        select(AssignedMeasure)
        .where(
            AssignedMeasure.case_id == case_id,
            AssignedMeasure.rhythm == Rhythm.SESSION,
            IS_LIVE,
        )
        .order_by(AssignedMeasure.id)
    ).all()
    stored = _stored(session, found)
    count = 0
    for measure in found:
        changes = rhythm.before_sessions(stored[measure.id], days, today=today)
        _store(session, measure, changes, today)
        count += changes.count
    return count


def end(
    session: Session, *, which: ColumnElement[bool], by: UUID | None, at: datetime
) -> Sequence[UUID]:
    """These are not asked any more; what is open need not be answered. Returns which they were."""
    ids = session.scalars(select(AssignedMeasure.id).where(which, IS_LIVE)).all()
    if not ids:
        return ids
    today = at.date()
    session.execute(update(AssignedMeasure).where(AssignedMeasure.id.in_(ids)).values(ended_at=at))
    free = and_(
        Window.measure_id.in_(ids),
        Window.set_aside.is_(None),
        ~exists().where(Screening.window_id == Window.id),
    )
    session.execute(delete(Window).where(free, Window.opens_on > today))
    session.execute(
        update(Window)
        .where(free, Window.closes_on >= today)
        .values(set_aside=SetAsideBy.WAIVED, set_aside_on=today, set_aside_by=by)
    )
    return ids


def end_of_case(session: Session, *, case_id: UUID, by: UUID | None, at: datetime) -> None:
    """Care has ended."""
    end(session, which=AssignedMeasure.case_id == case_id, by=by, at=at)


def keep_with(session: Session, *, case_id: UUID, successor_id: UUID) -> None:
    """The care goes on in another case of the same person, and so does what was assigned."""
    session.execute(
        update(AssignedMeasure)
        .where(AssignedMeasure.case_id == case_id, IS_LIVE)
        .values(case_id=successor_id)
    )


def _plan(session: Session, measures: Sequence[AssignedMeasure], *, today: date) -> int:
    stored = _stored(session, measures)
    count = 0
    for measure in measures:
        if measure.rhythm in EVERY:
            since = measure.assigned_at.date()
            windows = stored[measure.id]
            changes = rhythm.every_so_often(windows, measure.rhythm, since=since, today=today)
            _store(session, measure, changes, today)
            count += changes.count
    return count


def _stored(
    session: Session, measures: Sequence[AssignedMeasure]
) -> Mapping[UUID | None, list[Stored]]:
    found = session.execute(
        select(Window, Screening.day)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .where(Window.measure_id.in_([each.id for each in measures]))
        .order_by(Window.opens_on, Window.id)
    )
    stored: dict[UUID | None, list[Stored]] = defaultdict(list)
    for window, day in found:
        days = (window.opens_on, window.closes_on, window.anchor_day, day, window.set_aside_on)
        stored[window.measure_id].append(Stored(window.id, *days))
    return stored


def _store(session: Session, measure: AssignedMeasure, changes: Changes, today: date) -> None:
    """First those that go: no two open on the same day in between."""
    if changes.gone:
        session.execute(delete(Window).where(Window.id.in_(changes.gone)))
    if changes.closed:
        over = update(Window).where(Window.id.in_(changes.closed))
        session.execute(over.values(closes_on=today - rhythm.DAY))
    for window_id, planned in changes.moved:
        session.execute(update(Window).where(Window.id == window_id).values(**_days(planned)))
    if changes.made:
        session.execute(insert(Window), [_new(measure, planned) for planned in changes.made])


def _days(planned: Planned) -> dict[str, Any]:
    return {
        "opens_on": planned.opens_on,
        "due_by": planned.due_by,
        "closes_on": planned.closes_on,
        "anchor_day": planned.session,
    }


def _new(measure: AssignedMeasure, planned: Planned) -> dict[str, Any]:
    return {
        "id": new_key(),
        "person_id": measure.person_id,
        "measure_id": measure.id,
        "programme": f"{rulebook.IN_CARE}{measure.programme}",
        "code": f"assigned-{measure.id.hex[-CODE_SIGNS:]}",
        "phase": Phase.CARE,
        **_days(planned),
    }
