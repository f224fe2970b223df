"""What a check is called in plain words, and how it stands."""

from datetime import date
from typing import Protocol

from flask_babel import LazyString
from flask_babel import gettext as _now
from flask_babel import lazy_gettext as _

from models.vocabulary import Phase
from welfare.services.completion import Reminded, Section
from welfare.services.readiness import Readiness


class Named(Protocol):
    """What of a window gives it its name. A site chooses codes itself, so they name nothing."""

    phase: Phase
    anchor_day: date | None
    opens_on: date


CHECKS: dict[Phase, LazyString] = {
    Phase.PRE: _("Check before deployment"),
    Phase.DURING: _("Check during deployment"),
    Phase.RETURN: _("Check around return"),
    Phase.POST: _("Check after return"),
    Phase.ANNUAL: _("Yearly check"),
    Phase.INCIDENT: _("Check after an incident"),
    Phase.CARE: _("Questions from your clinician"),
    Phase.UNKNOWN: _("Check"),
}
# The same inside a sentence.
THIS: dict[Phase, LazyString] = {
    Phase.PRE: _("This is the check before deployment."),
    Phase.DURING: _("This is the check during deployment."),
    Phase.RETURN: _("This is the check around return."),
    Phase.POST: _("This is the check after return."),
    Phase.ANNUAL: _("This is the yearly check."),
    Phase.INCIDENT: _("This is the check after an incident."),
    Phase.CARE: _("Your clinician asked for this."),
    Phase.UNKNOWN: _("This is a check."),
}
WAS: dict[Phase, LazyString] = {
    Phase.PRE: _("This was the check before deployment."),
    Phase.DURING: _("This was the check during deployment."),
    Phase.RETURN: _("This was the check around return."),
    Phase.POST: _("This was the check after return."),
    Phase.ANNUAL: _("This was the yearly check."),
    Phase.INCIDENT: _("This was the check after an incident."),
    Phase.CARE: _("Your clinician asked for this."),
    Phase.UNKNOWN: _("This was a check."),
}
SECTIONS: dict[Section, LazyString] = {
    Section.OVERDUE: _("Overdue"),
    Section.DUE: _("Due now"),
    Section.COMING: _("Coming in 30 days"),
}
REMINDED: dict[Reminded, tuple[LazyString, str]] = {
    Reminded.NO_ADDRESS: (_("No address"), "attention"),
    Reminded.NOT_YET: (_("Not reminded yet"), "neutral"),
    Reminded.WAITING: (_("Is being sent"), "neutral"),
    Reminded.SENT: (_("Sent"), "info"),
    Reminded.OPENED: (_("Letter opened"), "info"),
    Reminded.BOUNCED: (_("Came back"), "attention"),
}
READINESS: dict[Readiness, tuple[LazyString, str]] = {
    Readiness.DONE: (_("Done"), "good"),
    Readiness.INTERVIEW_TO_COME: (_("Interview to come"), "info"),
    Readiness.CERTIFIED: (_("Certified"), "good"),
}


def check_name(window: Named) -> str:
    """Such as "90-day check"; the day is the one that it opens after the return."""
    days = _days(window)
    return str(_now("%(days)s-day check", days=days) if days else CHECKS[window.phase])


def this_check(window: Named) -> str:
    days = _days(window)
    return str(_now("This is the %(days)s-day check.", days=days) if days else THIS[window.phase])


def was_check(window: Named) -> str:
    days = _days(window)
    return str(_now("This was the %(days)s-day check.", days=days) if days else WAS[window.phase])


def purpose(window: Named) -> str:
    """What the first page of a check says before anything else."""
    if window.phase is Phase.CARE:
        return str(_now("Your clinician asked for this, so that you both see how you are doing."))
    return str(_now("We ask everybody who was on a mission, so that help comes early."))


def _days(window: Named) -> int | None:
    if window.phase is not Phase.POST or window.anchor_day is None:
        return None
    days = (window.opens_on - window.anchor_day).days
    return days if days > 0 else None
