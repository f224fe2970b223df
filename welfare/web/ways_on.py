"""From one person's page to what else there is about them: links, each only for who may follow."""

from collections.abc import Callable

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.services.records import PersonView

Way = Callable[[PersonView, Actor], str | None]


def _care_url(view: PersonView, _actor: Actor) -> str | None:
    return url_for("cases.show", person_id=view.person.id) if view.own_case else None


def _paper_url(view: PersonView, actor: Actor) -> str | None:
    may = access.allows(actor, Permission.PAPER_PRINT, view.record)
    return url_for("paper.person", person_id=view.person.id) if may else None


def _summary_url(view: PersonView, actor: Actor) -> str | None:
    may = access.allows(actor, Permission.RECORD_SUMMARISE, view.record)
    return url_for("summaries.ask", person_id=view.person.id) if may else None


# In the order of the page; a capability adds its own line.
WAYS: tuple[tuple[LazyString, Way], ...] = (
    (_("Care: share, hold, close"), _care_url),
    (_("Print questions on paper"), _paper_url),
    (_("Summary to pass on"), _summary_url),
)


def ways_on(view: PersonView, actor: Actor) -> list[tuple[LazyString, str]]:
    found = [(label, way(view, actor)) for label, way in WAYS]
    return [(label, url) for label, url in found if url is not None]
