"""The windows in which a member is asked, shown with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import assigned, early_parts, trail, vault
from models.duty import watch_for
from models.early_parts import EarlyParts
from models.programmes.unfinished import Unfinished, unfinished, unpack
from models.standing import can_be_answered, is_open
from models.tables.cycle import Incident
from models.tables.people import Deployment, Person
from models.tables.places import Mission
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import Act
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft of an open window: when it was saved, and who knows what it says."""

    draft: Unfinished
    early: EarlyParts
    saved_at: datetime

    @property
    def untold(self) -> tuple[str, ...]:
        """Critical items of which no human knows yet."""
        return self.early.untold(self.draft)


@dataclass(frozen=True, slots=True)
class Due:
    """One open window, why it is asked, and what was begun. `incident`: its title."""

    window: Window
    mission: str | None
    incident: str | None
    incident_day: date | None
    returned_on: date | None
    left_on: date | None
    is_late: bool
    begun: Begun | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a member is asked now and next. `is_offered` is False where no human could react.

    `over`: drafts of windows that have closed, with a critical answer that nobody knows of.
    """

    due: tuple[Due, ...]
    over: tuple[Due, ...]
    next_opens_on: date | None
    is_offered: bool


def list_due(session: Session, *, actor: Actor, today: date, at: datetime) -> Asked:
    """The member's open windows, earliest due first.

    Two more queries if something was begun, however much. Opening a draft is recorded.
    """
    found = session.execute(
        select(Window, Draft, Deployment, Mission.name, Incident.title, Incident.day)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .outerjoin(Draft, Draft.window_id == Window.id)
        .outerjoin(Deployment, Deployment.id == Window.deployment_id)
        .outerjoin(Mission, Mission.id == Deployment.mission_id)
        .outerjoin(Incident, Incident.id == Window.incident_id)
        .where(
            access.visible(actor, Permission.SCREENING_ANSWER),
            Screening.id.is_(None),
            Window.set_aside.is_(None) | Draft.id.is_not(None),
        )
        .order_by(Window.due_by, Window.id)
    ).all()
    drafts = [(window, draft) for window, draft, *_ in found if draft is not None]
    begun = _begun(session, actor, drafts, at)
    every = [
        _due(window, begun.get(window.id), today, deployment, mission, incident, day)
        for window, _draft, deployment, mission, incident, day in found
    ]
    still_open = tuple(each for each in every if can_be_answered(each.window, today=today))
    over = tuple(each for each in every if _is_untold(each) and each not in still_open)
    coming = [window.opens_on for window, *_ in found if _is_coming(window, today)]
    return Asked(
        due=still_open,
        over=over,
        next_opens_on=min(coming, default=None),
        is_offered=_is_offered(session, actor, at),
    )


def _due(
    window: Window,
    begun: Begun | None,
    today: date,
    deployment: Deployment | None,
    mission: str | None,
    incident: str | None,
    incident_day: date | None,
) -> Due:
    return Due(
        window=window,
        mission=mission,
        incident=incident,
        incident_day=incident_day,
        returned_on=deployment.until_day if deployment else None,
        left_on=deployment.from_day if deployment else None,
        is_late=window.due_by < today,
        begun=begun,
    )


def _begun(
    session: Session, actor: Actor, drafts: Sequence[tuple[Window, Draft]], at: datetime
) -> Mapping[UUID, Begun]:
    """The own drafts, opened: a critical answer in one must not lie there unnoticed."""
    if not drafts:
        return {}
    person = session.get_one(Person, actor.person_id)
    key = vault.key_for(session, person_id=person.id)
    sex = vault.sex_of(key, person)
    sent = early_parts.early_parts(session, person_id=actor.person_id, data_key=key)
    begun: dict[UUID, Begun] = {}
    for window, draft in drafts:
        kept = unpack(vault.opened(key, draft, "payload"), saved_at=draft.saved_at)
        answered = unfinished(assigned.asked(session, window, key=key), kept, sex=sex)
        begun[window.id] = Begun(
            answered, sent.get(window.id, early_parts.NONE), saved_at=draft.saved_at
        )
        trail.record_read(
            session,
            by=actor,
            act=Act.OWN_RECORD_READ,
            at=at,
            person_ids=[actor.person_id],
            subject=draft,
        )
    return begun


def _is_coming(window: Window, today: date) -> bool:
    return today < window.opens_on <= window.closes_on and window.set_aside is None


def somebody_due(session: Session, *, among: Sequence[UUID], today: date) -> Person:
    """One of these people with an open window and earlier answers, for the demo's member."""
    return session.scalars(
        select(Person)
        .join(Window, Window.person_id == Person.id)
        .where(
            Person.id.in_(among),
            is_open(today),
            Window.due_by >= today,
            Person.summary.is_not(None),
        )
        .order_by(Person.id)
        .limit(1)
    ).one()


def _is_untold(due: Due) -> bool:
    return due.begun is not None and bool(due.begun.untold)


def _is_offered(session: Session, actor: Actor, at: datetime) -> bool:
    person = session.get(Person, actor.person_id)
    if person is None or not access.may_ever(actor, Permission.SCREENING_ANSWER):
        return False
    watch = watch_for(session, unit=person.unit, at=at)
    return watch.is_reachable(person.unit, not_person=person.id)
