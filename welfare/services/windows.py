"""The windows in which a member is asked: planned from deployments, shown with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.duty import watch_for
from models.programmes import load
from models.tables.people import Deployment, Person
from models.tables.places import Mission
from models.tables.screenings import Draft, Screening, Window
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission


@dataclass(frozen=True, slots=True)
class Due:
    """One open window, why it is asked, and whether something was begun."""

    window: Window
    mission: str | None
    returned_on: date | None
    left_on: date | None
    is_late: bool
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a member is asked now and next. `is_offered` is False where no human could react."""

    due: tuple[Due, ...]
    next_opens_on: date | None
    is_offered: bool


def list_due(session: Session, *, actor: Actor, today: date, language: str, at: datetime) -> Asked:
    """The member's open windows, the newest of each deployment, earliest due first."""
    found = session.execute(
        select(Window, Mission.name, Deployment, Draft.id)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .outerjoin(Draft, Draft.window_id == Window.id)
        .outerjoin(Deployment, Deployment.id == Window.deployment_id)
        .outerjoin(Mission, Mission.id == Deployment.mission_id)
        .where(access.visible(actor, Permission.SCREENING_ANSWER), Screening.id.is_(None))
        .order_by(Window.due_by, Window.id)
    ).all()
    due = [
        Due(
            window=window,
            mission=mission,
            returned_on=deployment.until_day if deployment else None,
            left_on=deployment.from_day if deployment else None,
            is_late=window.due_by < today,
            is_begun=draft is not None,
        )
        for window, mission, deployment, draft in found
        if can_be_answered(window, today=today)
    ]
    coming = [window.opens_on for window, *_ in found if window.opens_on > today]
    return Asked(
        due=tuple(_newest(due)),
        next_opens_on=min(coming, default=None),
        is_offered=_is_offered(session, actor, language, at),
    )


def can_be_answered(window: Window, *, today: date) -> bool:
    """Open, or late but still within the programme's allowance."""
    allowance = load(window.programme.split("/")[0]).late_for
    return window.opens_on <= today <= window.due_by + allowance


def somebody_due(session: Session, *, among: Sequence[UUID], today: date) -> Person:
    """One of these people with an open window and earlier answers, for the demo's member."""
    return session.scalars(
        select(Person)
        .join(Window, Window.person_id == Person.id)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .where(
            Person.id.in_(among),
            Screening.id.is_(None),
            Window.opens_on <= today,
            Window.due_by >= today,
            Person.summary.is_not(None),
        )
        .order_by(Person.id)
        .limit(1)
    ).one()


def _newest(due: Sequence[Due]) -> list[Due]:
    """A missed window whose successor is open is not asked any more: do the next."""
    latest: dict[UUID | None, Due] = {}
    for each in due:
        latest[each.window.deployment_id] = each
    return list(latest.values())


def _is_offered(session: Session, actor: Actor, language: str, at: datetime) -> bool:
    person = session.get(Person, actor.person_id)
    if person is None or not access.allows(actor, Permission.OWN_RECORD_READ, person):
        return False
    watch = watch_for(session, unit=person.unit, language=language, at=at)
    return watch.is_reachable(person.unit, not_person=person.id)
