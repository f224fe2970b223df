"""What an officer does so that somebody is asked again: one more letter, or a link to hand over.

Neither opens a record or says anything about answers.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models import trail, vault
from models.alerts import BELL
from models.tables.people import Person
from models.tables.reminders import Reminder
from models.tables.screenings import Window
from models.vocabulary import Act
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.addressees import Addressee, find_addressee
from welfare.policies.permissions import Permission
from welfare.policies.reminding import Reason, is_written_on, write_letters
from welfare.policies.rules import Placed
from welfare.policies.setting_aside import find_window, insist_on_asked
from welfare.policies.window_links import new_link, token_for


@dataclass(frozen=True, slots=True)
class Handed:
    """A link to hand over, shown once. `language`: what its reader would like to read."""

    token: str
    language: str
    expires_at: datetime


def ask_again(session: Session, *, actor: Actor, window_id: UUID, at: datetime) -> Reminder:
    """Write one more letter now, at most one about a window on one day.

    Raises InputRefused where none can reach the person, naming why; MoveNotAllowed if nobody is
    asked in this window any more.
    """
    window, who = _asked(session, actor, window_id, at)
    if who.problem is not None:
        raise InputRefused({"address": who.problem})
    if is_written_on(session, window=window, day=at.date()):
        raise InputRefused({"reminder": "already_today"})
    why = Reason(asked_by=actor.account_id)
    (letter,) = write_letters(session, to=[(window, who, why)], at=at)
    session.info[BELL] = True
    trail.record(
        session,
        by=actor,
        act=Act.REMINDER_WRITTEN,
        at=at,
        person_id=window.person_id,
        subject=letter,
    )
    return letter


def make_link(session: Session, *, actor: Actor, window_id: UUID, at: datetime) -> Handed:
    """A link to print or to show on a screen, for one person.

    Raises InputRefused where too little is known to ask its reader for two facts, and for whoever
    can sign in or be written to: an officer who knows the two facts could use it first.
    """
    window, who = _asked(session, actor, window_id, at)
    if not who.can_have_link:
        raise InputRefused({"person": "nothing_known"})
    if who.has_own_way:
        raise InputRefused({"person": "own_way"})
    link = new_link(window, made_by=actor.account_id, at=at)
    session.add(link)
    session.flush()
    trail.record(
        session,
        by=actor,
        act=Act.WINDOW_LINK_MADE,
        at=at,
        person_id=window.person_id,
        subject=link,
    )
    token = token_for(vault.keys_of(session), link.id)
    return Handed(token, who.language, link.expires_at)


def _asked(
    session: Session, actor: Actor, window_id: UUID, at: datetime
) -> tuple[Window, Addressee]:
    """The window and its person, whose row is locked: pressing twice is one after the other."""
    window = find_window(session, window_id)
    person = session.get(
        Person, window.person_id, with_for_update={"of": Person, "key_share": True}
    )
    if person is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.REMINDER_SEND, Placed(window, person.unit))
    who = find_addressee(session, person_id=person.id, today=at.date())
    if who is None:
        raise RecordNotFound("no such person any more")
    insist_on_asked(session, window, at=at)
    return window, who
