"""What every staff page says while letters, jobs or duty keep an alert from reaching a human."""

import logging
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from threading import Lock
from typing import cast

from flask import Flask, current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import SQLAlchemyError

from models.vocabulary import Role
from welfare.jobs.nudges import NAME
from welfare.policies.actor import Actor
from welfare.services.condition import Standing, Trouble, read_standing
from welfare.web.clock import now
from welfare.web.work import glance

LOOKS_EVERY = timedelta(seconds=30)
PLACE = "welfare-watchdog"
CLINICAL = (Role.CLINICIAN, Role.CLINIC_LEAD)
# Whoever works with people of the unit, or can fill the gap. Nobody else learns where one is.
TOLD_OF_GAPS = (*CLINICAL, Role.ADMINISTRATOR, Role.WELFARE_OFFICER)
# Whoever can appoint somebody, or ask for it; that a record was opened is nobody else's business.
TOLD_OF_REVIEWS = (Role.ADMINISTRATOR, Role.CLINIC_LEAD, Role.PRIVACY_OFFICER)
FILL_IT = _(
    "In some of your units nobody can be reached now. "
    "Put somebody on duty there and add a crisis contact, under Site."
)
REST = None  # every other role
EVERYWHERE: tuple[None, Set[str]] = (None, frozenset())  # every role of staff, whatever the unit
WORDS: Mapping[Trouble, Mapping[Role | None, LazyString]] = {
    Trouble.JOBS_STOPPED: {
        Role.CLINICIAN: _(
            "The site has stopped sending letters and passing alerts on. "
            "Look at the work-list yourself, and tell an administrator now."
        ),
        Role.ADMINISTRATOR: _(
            "The site has stopped sending letters. "
            "Ask whoever runs the server to look at it now, and tell those on duty."
        ),
        REST: _("The site has stopped sending letters. Please tell an administrator now."),
    },
    Trouble.LETTERS_WAITING: {
        Role.CLINICIAN: _(
            "Letters are not leaving. Look at the work-list yourself; "
            "an administrator should check the mail settings."
        ),
        Role.ADMINISTRATOR: _(
            "Letters are not leaving. "
            "Ask whoever runs the server to check the mail settings, and tell those on duty."
        ),
        REST: _("Letters are not leaving. Please tell an administrator now."),
    },
    Trouble.NOBODY_ON_DUTY: {
        Role.CLINIC_LEAD: FILL_IT,
        Role.ADMINISTRATOR: FILL_IT,
        REST: _(
            "In some of your units nobody can be reached now. Please tell an administrator: "
            "somebody must be on duty, with numbers to call."
        ),
    },
    Trouble.NOBODY_TO_REVIEW: {
        Role.ADMINISTRATOR: _(
            "Something waits for a review in your units and nobody there may give it. "
            "Please give somebody the duty of a privacy officer."
        ),
        REST: _(
            "An opening in an emergency waits for a second person and there is none. "
            "Please ask an administrator for a privacy officer."
        ),
    },
}
log = logging.getLogger(__name__)


class Watchdog:
    """One for each process. It looks now and then, whoever asks; between two looks it remembers.

    `since`: when this process began to watch.
    """

    def __init__(self, look: Callable[[datetime], Standing], *, since: datetime) -> None:
        self._look, self.since = look, since
        self._turn = Lock()
        self._seen: Standing | None = None
        self._looked_at: datetime | None = None

    def troubles(self, actor: Actor, *, at: datetime) -> Sequence[Trouble]:
        """What this reader should know of now, the worst first: of units only the own."""
        self._look_if_due(at)
        if self._seen is None or actor.role in (None, Role.MEMBER):
            return []
        found = self._seen.troubles(watching_since=self.since, at=at)
        of_units = {
            Trouble.NOBODY_ON_DUTY: (TOLD_OF_GAPS, self._seen.gaps),
            Trouble.NOBODY_TO_REVIEW: (TOLD_OF_REVIEWS, self._seen.unreviewed),
        }
        return [each for each in found if _is_told(actor, *of_units.get(each, EVERYWHERE))]

    def _look_if_due(self, at: datetime) -> None:
        """Whoever comes while another one looks goes on with what was seen before."""
        is_fresh = self._looked_at is not None and abs(at - self._looked_at) < LOOKS_EVERY
        if is_fresh or not self._turn.acquire(blocking=False):
            return
        try:
            self._seen, self._looked_at = self._look(at), at
        except SQLAlchemyError as problem:  # the page itself will say that nothing can be read
            log.warning("the watchdog could not look: %s", type(problem).__name__)
        finally:
            self._turn.release()


def _is_told(actor: Actor, roles: Sequence[Role] | None, paths: Set[str]) -> bool:
    return roles is None or (actor.role in roles and any(map(actor.leads_to, paths)))


def init_app(app: Flask) -> None:
    app.extensions[PLACE] = Watchdog(_standing, since=now())


def warnings_for(actor: Actor) -> list[LazyString]:
    """The sentences for this reader; none for personnel. They name no unit and no person."""
    if actor.role in (None, Role.MEMBER):
        return []
    watchdog = cast(Watchdog, current_app.extensions[PLACE])
    return [_said(trouble, actor.role) for trouble in watchdog.troubles(actor, at=now())]


def _said(trouble: Trouble, role: Role | None) -> LazyString:
    words = WORDS[trouble]
    if role in CLINICAL and role not in words:
        role = Role.CLINICIAN
    return words.get(role, words[REST])


def _standing(at: datetime) -> Standing:
    with glance() as session:
        return read_standing(session, job=NAME, at=at)
