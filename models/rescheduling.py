"""Keeping the schedule: what is stored of people goes through the pure engine, and back.

A person is due again when something changed that their windows depend on, and every day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, exists, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import assigned
from models.base import new_key
from models.programmes import Deployed, Scheduled
from models.programmes.settling import Cause, Settled, StoredWindow, settle
from models.rulebook import Rules
from models.tables.cycle import Exposure, Incident
from models.tables.paper import EnteredInError, PaperForm
from models.tables.people import Deployment, Person
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import SetAsideBy

# Whoever refers to a window has begun it, or was told of it.
REFERRING: tuple[InstrumentedAttribute[Any], ...] = (
    Draft.window_id,
    EnteredInError.window_id,
    PaperForm.window_id,
    Reminder.window_id,
    WindowLink.window_id,
)
# In the order of `StoredWindow`, after what names the window and how it ended.
OF_WINDOW: tuple[InstrumentedAttribute[Any], ...] = (
    Window.person_id,
    Window.id,
    Window.deployment_id,
    Window.incident_id,
    Window.set_aside,
    Window.code,
    Window.phase,
    Window.anchor_day,
    Window.opens_on,
    Window.due_by,
    Window.closes_on,
    Window.set_aside_on,
)
IS_REFERRED_TO = or_(*(exists().where(column == Window.id) for column in REFERRING))


def mark_changed(session: Session, person_ids: Iterable[UUID]) -> None:
    """Something their windows depend on has changed: the next round works them out."""
    ids = list(person_ids)
    if ids:
        # In one order for everybody: two that lock many people must not wait for each other.
        locked = select(Person.id).where(Person.id.in_(ids)).order_by(Person.id)
        session.execute(locked.with_for_update(key_share=True))
        session.execute(update(Person).where(Person.id.in_(ids)).values(scheduled_on=None))


def people_to_schedule(
    session: Session, *, today: date, most: int, take: bool = False
) -> list[UUID]:
    """Those whose windows are not of today, the changed ones first.

    `take`: they are locked; who is being written to at this moment comes later, so that nobody
    waits for anybody.
    """
    changed = select(Person.id).where(Person.scheduled_on.is_(None)).order_by(Person.id)
    found = list(session.scalars(_taken(changed.limit(most), take=take)))
    if len(found) < most:
        older = select(Person.id).where(Person.scheduled_on < today).order_by(Person.scheduled_on)
        found += session.scalars(_taken(older.limit(most - len(found)), take=take))
    return found


def _taken(people: Select[UUID], *, take: bool) -> Select[UUID]:
    return people.with_for_update(key_share=True, skip_locked=True) if take else people


def pass_over(session: Session, *, person_id: UUID, today: date) -> None:
    """Not before tomorrow again."""
    session.execute(update(Person).where(Person.id == person_id).values(scheduled_on=today))


def windows_in_use(session: Session, *, person_ids: Sequence[UUID]) -> set[UUID]:
    """Those that somebody has answered or begun, or was told of."""
    is_answered = exists().where(Screening.window_id == Window.id)
    used = select(Window.id).where(
        Window.person_id.in_(person_ids), or_(is_answered, IS_REFERRED_TO)
    )
    return set(session.scalars(used))


def reschedule(session: Session, *, person_ids: Sequence[UUID], today: date, default: str) -> int:
    """Bring the windows of these people in line with what is known. Returns how many changed.

    The number of queries does not grow with the people. The caller writes the trail. `default`:
    the code of the programme for deployments that name none.
    """
    locked = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    ids = list(session.scalars(locked.with_for_update(key_share=True)))
    causes, stored = _causes(session, ids, default), _stored(session, ids)
    changes = _Changes()
    for person_id in ids:
        settled = settle(causes[person_id], stored[person_id], today)
        changes.take(person_id, settled)
    changes.store(session)
    count = changes.count + assigned.plan_next(session, person_ids=ids, today=today)
    session.execute(update(Person).where(Person.id.in_(ids)).values(scheduled_on=today))
    return count


def _causes(session: Session, ids: Sequence[UUID], default: str) -> dict[UUID, list[Cause]]:
    """Of every person their deployments and the incidents they were exposed to."""
    rules = Rules(session, default)
    causes: dict[UUID, list[Cause]] = defaultdict(list)
    stays = select(
        Deployment.person_id,
        Deployment.id,
        Deployment.programme,
        Deployment.from_day,
        Deployment.until_day,
        Deployment.leave_end_day,
        Deployment.finding,
    ).where(Deployment.person_id.in_(ids))
    for person_id, key, name, from_day, until_day, leave_end, finding in session.execute(stays):
        deployed = Deployed(from_day, until_day, leave_end, finding)
        causes[person_id].append(Cause(key, rules.named(name), from_day, deployed))
    incidents = (
        select(Exposure.person_id, Incident.id, Incident.programme, Incident.day)
        .join(Incident, Incident.id == Exposure.incident_id)
        .where(Exposure.person_id.in_(ids))
        .order_by(Incident.recorded_at, Incident.id)
    )
    for person_id, key, name, day in session.execute(incidents):
        causes[person_id].append(Cause(key, rules.named(name), day))
    return causes


def _stored(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[StoredWindow]]:
    """Answers without a window are parts, or parts of others: none stands for a whole."""
    found = session.execute(
        select(*OF_WINDOW, Screening.day, IS_REFERRED_TO)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .where(Window.person_id.in_(ids))
        .order_by(Window.opens_on, Window.id)
    )
    stored: dict[UUID, list[StoredWindow]] = defaultdict(list)
    for row in found:
        person_id, key, stay_id, incident_id, set_aside, *rest = row
        cause_id = stay_id or incident_id
        if cause_id is None:
            continue  # it came without one, so nothing says where it should be
        is_declined = set_aside is SetAsideBy.DECLINED
        stored[person_id].append(StoredWindow(key, cause_id, is_declined, *rest))
    return stored


@dataclass(slots=True)
class _Changes:
    """Of many people, as rows."""

    gone: list[UUID] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.gone) + len(self.closed) + len(self.moved) + len(self.made)

    def take(self, person_id: UUID, settled: Settled) -> None:
        self.gone += settled.gone
        self.closed += [{"id": key, "closes_on": day} for key, day in settled.closed]
        self.moved += [{"id": key, **_dates(window)} for key, window in settled.moved]
        self.made += [_new(person_id, cause, window) for cause, window in settled.made]

    def store(self, session: Session) -> None:
        """First those that go, then the latest: no two may open on the same day in between."""
        if self.gone:
            session.execute(delete(Window).where(Window.id.in_(self.gone)))
        for each in sorted(self.moved, key=lambda row: row["opens_on"], reverse=True):
            session.execute(update(Window), [each])
        if self.closed:
            session.execute(update(Window), self.closed)
        if self.made:
            session.execute(insert(Window), self.made)


def _dates(window: Scheduled) -> dict[str, Any]:
    return {
        "phase": window.phase,
        "anchor_day": window.anchor_day,
        "opens_on": window.opens_on,
        "due_by": window.due_by,
        "closes_on": window.closes_on,
    }


def _new(person_id: UUID, cause: Cause, window: Scheduled) -> dict[str, Any]:
    is_stay = cause.deployed is not None
    return {
        "id": new_key(),
        "person_id": person_id,
        "deployment_id": cause.id if is_stay else None,
        "incident_id": None if is_stay else cause.id,
        "programme": cause.programme.name,
        "code": window.code,
        **_dates(window),
    }
