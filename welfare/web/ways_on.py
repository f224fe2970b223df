"""From one person's page to what else there is about them: links, each only for who may follow."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.tables.glass import BreakGlass
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.services import glass
from welfare.services.records import PersonView
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

Way = Callable[[PersonView, Actor], str | None]


def _care_url(view: PersonView, _actor: Actor) -> str | None:
    return url_for("cases.show", person_id=view.person.id) if view.own_case else None


def around(view: PersonView, actor: Actor) -> dict[str, Any]:
    """What the person page leads to."""
    return {
        "ways": ways_on(view, actor),
        "event_url": event_url(view, actor),
        "glass": open_glass(view, actor),
    }


def event_url(view: PersonView, actor: Actor) -> str | None:
    """Where what happened on a deployment is recorded."""
    may = access.allows(actor, Permission.DEPLOYMENT_EVENT_RECORD, view.record)
    return url_for("deployment_events.new", person_id=view.person.id) if may else None


def open_glass(view: PersonView, actor: Actor) -> dict[str, Any] | None:
    """Of whoever opened this record in an emergency: until when, and where they end it."""
    mine = (
        each for each in view.record.glasses if access.allows(actor, Permission.GLASS_END, each)
    )
    return _banner(next(mine, None))


def banner(person_id: UUID) -> dict[str, Any] | None:
    """The same on the other pages of a record. One query."""
    found = glass.find_open(current_session(), actor=current_actor(), person_id=person_id)
    return _banner(found)


def _banner(found: BreakGlass | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"over_at": found.over_at, "end_url": url_for("emergency.end", glass_id=found.id)}


def _messages_url(view: PersonView, _actor: Actor) -> str | None:
    return url_for("messages.show", person_id=view.person.id) if view.own_case else None


def _plans_url(view: PersonView, _actor: Actor) -> str:
    return url_for("plans.show", person_id=view.person.id)


def _appointments_url(view: PersonView, _actor: Actor) -> str:
    return url_for("appointments.of_person", person_id=view.person.id)


def _measures_url(view: PersonView, _actor: Actor) -> str:
    return url_for("measures.show", person_id=view.person.id)


def _referrals_url(view: PersonView, _actor: Actor) -> str | None:
    return url_for("referrals.of_person", person_id=view.person.id) if view.own_case else None


def _command_url(view: PersonView, actor: Actor) -> str | None:
    may = access.allows(actor, Permission.COMMAND_TELL, view.record)
    return url_for("command_notices.form", person_id=view.person.id) if may else None


def _shut_url(view: PersonView, actor: Actor) -> str | None:
    may = access.allows(actor, Permission.RECORD_SHUT, view.record)
    return url_for("closed_records.show", person_id=view.person.id) if may else None


def _paper_url(view: PersonView, actor: Actor) -> str | None:
    may = access.allows(actor, Permission.PAPER_PRINT, view.record)
    return url_for("paper.person", person_id=view.person.id) if may else None


def _summary_url(view: PersonView, actor: Actor) -> str | None:
    may = access.allows(actor, Permission.RECORD_SUMMARISE, view.record)
    return url_for("summaries.ask", person_id=view.person.id) if may else None


# In the order of the page; a capability adds its own line.
WAYS: tuple[tuple[LazyString, Way], ...] = (
    (_("Messages"), _messages_url),
    (_("Appointments"), _appointments_url),
    (_("Safety plan and care plan"), _plans_url),
    (_("Questions in care"), _measures_url),
    (_("Referrals"), _referrals_url),
    (_("Care: share, hold, close"), _care_url),
    (_("Print questions on paper"), _paper_url),
    (_("Summary to pass on"), _summary_url),
    (_("Tell command"), _command_url),
    (_("Opening in an emergency"), _shut_url),
)


def ways_on(view: PersonView, actor: Actor) -> list[tuple[LazyString, str]]:
    found = [(label, way(view, actor)) for label, way in WAYS]
    return [(label, url) for label, url in found if url is not None]
