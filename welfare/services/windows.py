"""The windows in which a member is asked: planned from deployments, shown with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import early_parts, trail, vault
from models.duty import watch_for
from models.early_parts import EarlyParts
from models.programmes import asked_by
from models.programmes.unfinished import Unfinished, unfinished, unpack
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
    """One open window, why it is asked, and what was begun."""

    window: Window
    mission: str | None
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
    """The member's open windows, the newest of each deployment, earliest due first.

    Two more queries if something was begun, however much. Opening a draft is recorded.
    """
    found = session.execute(
        select(Window, Mission.name, Deployment, Draft)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .outerjoin(Draft, Draft.window_id == Window.id)
        .outerjoin(Deployment, Deployment.id == Window.deployment_id)
        .outerjoin(Mission, Mission.id == Deployment.mission_id)
        .where(access.visible(actor, Permission.SCREENING_ANSWER), Screening.id.is_(None))
        .order_by(Window.due_by, Window.id)
    ).all()
    drafts = [(window, draft) for window, _, _, draft in found if draft is not None]
    begun = _begun(session, actor, drafts, at)
    every = [
        _due(window, mission, deployment, begun.get(window.id), today)
        for window, mission, deployment, _ in found
    ]
    still_open = [each for each in every if can_be_answered(each.window, today=today)]
    over = [each for each in every if _is_untold(each) and _is_over(each.window, today)]
    coming = [window.opens_on for window, *_ in found if window.opens_on > today]
    return Asked(
        due=tuple(_newest(still_open)),
        over=tuple(over),
        next_opens_on=min(coming, default=None),
        is_offered=_is_offered(session, actor, at),
    )


def _due(
    window: Window,
    mission: str | None,
    deployment: Deployment | None,
    begun: Begun | None,
    today: date,
) -> Due:
    return Due(
        window=window,
        mission=mission,
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
    key = vault.key_for(session, person_id=actor.person_id)
    sent = early_parts.early_parts(session, person_id=actor.person_id, data_key=key)
    begun: dict[UUID, Begun] = {}
    for window, draft in drafts:
        kept = unpack(vault.opened(key, draft, "payload"), saved_at=draft.saved_at)
        answered = unfinished(asked_by(window.programme, window.code), kept)
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


def can_be_answered(window: Window, *, today: date) -> bool:
    """Open, or late but still within the programme's allowance."""
    return window.opens_on <= today and not _is_over(window, today)


def _is_over(window: Window, today: date) -> bool:
    return today > window.due_by + asked_by(window.programme, window.code).late_for


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
    """A missed window whose successor is open is not asked any more: do the next. One that holds
    a critical answer stays, until somebody has been told."""
    latest = {each.window.deployment_id: each for each in due}
    return [each for each in due if latest[each.window.deployment_id] is each or _is_untold(each)]


def _is_untold(due: Due) -> bool:
    return due.begun is not None and bool(due.begun.untold)


def _is_offered(session: Session, actor: Actor, at: datetime) -> bool:
    person = session.get(Person, actor.person_id)
    if person is None or not access.allows(actor, Permission.OWN_RECORD_READ, person):
        return False
    watch = watch_for(session, unit=person.unit, at=at)
    return watch.is_reachable(person.unit, not_person=person.id)
