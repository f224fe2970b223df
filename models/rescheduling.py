"""Keeping the schedule: what is stored of people goes through the pure engine, and back.

A window that was answered or set aside is never touched. One that has opened is never taken away:
somebody may have its page open. A person is due again when something changed, and every day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, exists, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import rulebook
from models.base import new_key
from models.programmes import (
    Anchor,
    Deployed,
    Facts,
    Held,
    Kept,
    Programme,
    Reason,
    Scheduled,
    SetAside,
    schedule,
)
from models.tables.accounts import WebSession
from models.tables.cycle import Exposure, Incident
from models.tables.paper import EnteredInError, PaperForm
from models.tables.people import Deployment, Person
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import SetAsideBy

DAY = timedelta(days=1)
REFERRING: tuple[InstrumentedAttribute[Any], ...] = (
    Draft.window_id,
    EnteredInError.window_id,
    PaperForm.window_id,
    Reminder.window_id,
    WebSession.window_id,
    WindowLink.window_id,
)
DATES = ("phase", "anchor_day", "opens_on", "due_by", "closes_on")
Stored = Row[*tuple[Any, ...]]
Line = tuple[UUID, str]  # the deployment or incident, and the code of the rule


@dataclass(slots=True)
class _Life:
    """All that is stored of one person and counts for their schedule."""

    stays: dict[UUID, Stored] = field(default_factory=dict)
    incidents: dict[UUID, Stored] = field(default_factory=dict)
    windows: list[Stored] = field(default_factory=list)

    def cause(self, window: Stored) -> date | None:
        if window.deployment_id in self.stays:
            day: date = self.stays[window.deployment_id].from_day
            return day
        if window.incident_id in self.incidents:
            day = self.incidents[window.incident_id].day
            return day
        return None


@dataclass(slots=True)
class _Changes:
    gone: list[UUID] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.gone) + len(self.moved) + len(self.made)


def mark_changed(session: Session, person_ids: Iterable[UUID]) -> None:
    """Something their schedule depends on has changed: the next round works it out."""
    ids = list(person_ids)
    if ids:
        session.execute(update(Person).where(Person.id.in_(ids)).values(scheduled_on=None))


def people_to_schedule(session: Session, *, today: date, most: int) -> list[UUID]:
    """Those whose schedule is not of today, the changed ones first."""
    due = or_(Person.scheduled_on.is_(None), Person.scheduled_on < today)
    order = (Person.scheduled_on.is_not(None), Person.scheduled_on, Person.id)
    return list(session.scalars(select(Person.id).where(due).order_by(*order).limit(most)))


def reschedule(session: Session, *, person_ids: Sequence[UUID], today: date, default: str) -> int:
    """Bring the windows of these people in line with what is known. Returns how many changed.

    Seven queries, however many people; the caller writes the trail. `default`: the code of the
    programme for deployments that name none.
    """
    ids = list(
        session.scalars(
            select(Person.id).where(Person.id.in_(person_ids)).with_for_update(key_share=True)
        )
    )
    lives = _lives(session, ids)
    answers = _answers(session, ids)
    rules = _Rules(session, default)
    changes = _Changes()
    for life in lives.values():
        _settle(life, answers, rules, today, changes)
    _store(session, changes)
    session.execute(update(Person).where(Person.id.in_(ids)).values(scheduled_on=today))
    return changes.count


@dataclass(slots=True)
class _Rules:
    """The programmes that these people are asked under, each looked up once."""

    session: Session
    default: str
    known: dict[str | None, Programme] = field(default_factory=dict)

    def named(self, name: str | None) -> Programme:
        if name not in self.known:
            self.known[name] = (
                rulebook.named(self.session, name)
                if name
                else rulebook.newest(self.session, self.default)
            )
        return self.known[name]


def _lives(session: Session, ids: Sequence[UUID]) -> dict[UUID, _Life]:
    lives = {person_id: _Life() for person_id in ids}
    stays = select(
        Deployment.id,
        Deployment.person_id,
        Deployment.from_day,
        Deployment.until_day,
        Deployment.leave_end_day,
        Deployment.finding,
        Deployment.programme,
    ).where(Deployment.person_id.in_(ids))
    for stay in session.execute(stays):
        lives[stay.person_id].stays[stay.id] = stay
    exposures = (
        select(Incident.id, Exposure.person_id, Incident.day, Incident.programme)
        .join(Incident, Incident.id == Exposure.incident_id)
        .where(Exposure.person_id.in_(ids))
        .order_by(Incident.recorded_at, Incident.id)
    )
    for incident in session.execute(exposures):
        lives[incident.person_id].incidents[incident.id] = incident
    is_referred_to = or_(*(exists().where(column == Window.id) for column in REFERRING))
    windows = select(*Window.__table__.columns, is_referred_to.label("is_referred_to")).where(
        Window.person_id.in_(ids)
    )
    for window in session.execute(windows.order_by(Window.opens_on, Window.id)):
        lives[window.person_id].windows.append(window)
    return lives


def _answers(session: Session, ids: Sequence[UUID]) -> dict[UUID, date]:
    """By window, the day of its answer. Answers without a window are parts, or parts of others:
    none of them stands for a whole."""
    found = session.execute(
        select(Screening.window_id, Screening.day).where(
            Screening.person_id.in_(ids), Screening.window_id.is_not(None)
        )
    )
    return {window_id: day for window_id, day in found if window_id is not None}


def _settle(
    life: _Life, answers: dict[UUID, date], rules: _Rules, today: date, changes: _Changes
) -> None:
    """One person: what the engine says against what is stored, line by line."""
    wanted: dict[Line, list[tuple[Scheduled, Programme]]] = {}
    for line, window, programme in _planned(life, _facts(life, answers), rules, today):
        wanted.setdefault((line, window.code), []).append((window, programme))
    stored: dict[Line, list[Stored]] = {}
    for row in life.windows:
        is_free = row.id not in answers and row.set_aside is None
        if is_free and life.cause(row) is not None:
            stored.setdefault((row.deployment_id or row.incident_id, row.code), []).append(row)
    for line in {**wanted, **stored}:
        person_id = _person_of(life, line[0])
        _match(line, person_id, life, wanted.get(line, []), stored.get(line, []), today, changes)


def _person_of(life: _Life, cause_id: UUID) -> UUID:
    row = life.stays.get(cause_id) or life.incidents[cause_id]
    person_id: UUID = row.person_id
    return person_id


def _facts(life: _Life, answers: dict[UUID, date]) -> Facts:
    kept, aside = [], []
    for row in life.windows:
        held = Held(row.code, row.phase, life.cause(row), row.anchor_day, row.opens_on, row.due_by)
        if row.id in answers:
            kept.append(Kept(answers[row.id], row.phase, held, row.id))
        elif row.set_aside is not None:
            is_declined = row.set_aside is SetAsideBy.DECLINED
            aside.append(SetAside(row.set_aside_on, held, is_declined))
    return Facts(
        deployments=tuple(
            Deployed(each.from_day, each.until_day, each.leave_end_day, each.finding)
            for each in life.stays.values()
        ),
        incidents=tuple(each.day for each in life.incidents.values()),
        kept=tuple(kept),
        set_aside=tuple(aside),
    )


def _planned(
    life: _Life, facts: Facts, rules: _Rules, today: date
) -> Iterator[tuple[UUID, Scheduled, Programme]]:
    """What nobody has answered or set aside, each by the version its deployment was planned
    under; so a new version of a programme changes nothing that has begun."""
    stays = {each.from_day: each for each in life.stays.values()}
    incidents = {each.day: each for each in reversed(life.incidents.values())}
    names = {each.programme for each in (*stays.values(), *incidents.values())}
    for name in names:
        programme = rules.named(name)
        of_incidents = {rule.code for rule in programme.windows if rule.anchor is Anchor.INCIDENT}
        for window in schedule(facts, programme, today):
            causes = incidents if window.code in of_incidents else stays
            cause = causes.get(window.cause) if window.cause else None
            is_over = window.answered_by is not None or window.status == "declined"
            if cause is None or is_over or window.reason is Reason.SET_ASIDE:
                continue
            if cause.programme == name:
                yield cause.id, window, programme


def _match(
    line: Line,
    person_id: UUID,
    life: _Life,
    wanted: Sequence[tuple[Scheduled, Programme]],
    stored: Sequence[Stored],
    today: date,
    changes: _Changes,
) -> None:
    """Pair what is wanted with what is there: first those that open on the same day, then those
    that somebody has begun or been told of. The rest comes and goes."""
    there = {row.opens_on: row for row in stored}
    pairs = [(each, there.pop(each[0].opens_on, None)) for each in wanted]
    kept = [row for row in there.values() if row.is_referred_to or row.opens_on <= today]
    changes.gone += [row.id for row in there.values() if row not in kept]
    for (window, programme), row in pairs:
        row = row or (kept.pop(0) if kept and kept[0].closes_on >= today else None)
        if row is not None:
            _move(row, window, changes)
        else:
            changes.made.append(_new(line[0], person_id, life, window, programme))
    for row in kept:
        if row.closes_on >= today:
            changes.moved.append({"id": row.id, "closes_on": today - DAY})


def _move(row: Stored, window: Scheduled, changes: _Changes) -> None:
    new = {name: getattr(window, name) for name in DATES}
    if any(getattr(row, name) != value for name, value in new.items()):
        changes.moved.append({"id": row.id, **new})


def _new(
    cause_id: UUID, person_id: UUID, life: _Life, window: Scheduled, programme: Programme
) -> dict[str, Any]:
    is_stay = cause_id in life.stays
    return {
        "id": new_key(),
        "person_id": person_id,
        "deployment_id": cause_id if is_stay else None,
        "incident_id": None if is_stay else cause_id,
        "programme": programme.name,
        "code": window.code,
        **{name: getattr(window, name) for name in DATES},
    }


def _store(session: Session, changes: _Changes) -> None:
    """First those that go, so that another may open on the same day."""
    if changes.gone:
        session.execute(delete(Window).where(Window.id.in_(changes.gone)))
    for each in sorted(changes.moved, key=lambda row: row.get("opens_on", date.min), reverse=True):
        session.execute(update(Window), [each])
    if changes.made:
        session.execute(insert(Window), changes.made)
