"""A member's own checks: saying no to one, and what is said about one that was missed or sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import assigned, early_parts, vault
from models.programmes.unfinished import unfinished, unpack
from models.standing import is_missed
from models.tables.people import Person
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import Phase, SetAsideBy
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.setting_aside import find_window, insist_on_asked, set_aside

SHOWN_FOR = timedelta(days=180)  # how long somebody is told that they missed one


@dataclass(frozen=True, slots=True)
class Declinable:
    """A window that could be declined, and whether answers of it are not sent yet."""

    window: Window
    has_draft: bool


def read_declinable(session: Session, *, actor: Actor, window_id: UUID, at: datetime) -> Declinable:
    """What would be declined. Raises MoveNotAllowed if nobody is asked in it any more."""
    window = find_window(session, window_id)
    access.require(actor, Permission.SCREENING_ANSWER, window)
    insist_on_asked(session, window, at=at)
    return Declinable(window, has_draft=_draft_of(session, window) is not None)


def decline_window(session: Session, *, actor: Actor, window_id: UUID, at: datetime) -> Window:
    """The person does not want to answer this time; what they began is thrown away.

    Raises InputRefused if a critical answer lies there of which no human knows: it is sent first.
    Declining twice is declining once.
    """
    found = vault.locked_person_with_key(session, person_id=actor.person_id)
    window = find_window(session, window_id)
    access.require(actor, Permission.SCREENING_ANSWER, window)
    if found is None:
        raise RecordNotFound("no such person")
    if window.set_aside is SetAsideBy.DECLINED:
        return window
    insist_on_asked(session, window, at=at)
    draft = _draft_of(session, window)
    if draft is not None:
        _insist_on_told(session, window, draft, *found)
        session.delete(draft)
    set_aside(session, window=window, why=SetAsideBy.DECLINED, by=actor, at=at)
    return window


def newest_missed(session: Session, *, actor: Actor, today: date) -> Window | None:
    """The last own check that closed without an answer, if it is not long ago. What a clinician
    assigned is asked again soon anyway."""
    return session.scalars(
        select(Window)
        .where(
            access.visible(actor, Permission.SCREENING_ANSWER),
            is_missed(today),
            Window.phase != Phase.CARE,
            Window.closes_on >= today - SHOWN_FOR,
        )
        .order_by(Window.closes_on.desc(), Window.id)
        .limit(1)
    ).first()


def window_of(session: Session, *, actor: Actor, screening_id: UUID) -> Window | None:
    """Which own check a screening answered; None for a part that was sent before the rest."""
    window = session.scalars(
        select(Window)
        .join(Screening, Screening.window_id == Window.id)
        .where(Screening.id == screening_id)
    ).first()
    if window is not None and not access.allows(actor, Permission.SCREENING_ANSWER, window):
        raise AccessDenied("somebody else's screening")
    return window


def _draft_of(session: Session, window: Window) -> Draft | None:
    return session.scalars(select(Draft).where(Draft.window_id == window.id)).one_or_none()


def _insist_on_told(
    session: Session, window: Window, draft: Draft, person: Person, key: bytes
) -> None:
    kept = unpack(vault.opened(key, draft, "payload"), saved_at=draft.saved_at)
    sent = early_parts.early_parts(session, person_id=window.person_id, data_key=key)
    early = sent.get(window.id, early_parts.NONE)
    programme = assigned.asked(session, window, key=key)
    answered = unfinished(programme, kept, sex=vault.sex_of(key, person))
    if early.untold(answered):
        raise InputRefused({"window": "untold"})
