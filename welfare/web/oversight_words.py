"""From codes to sentences: openings in an emergency, what command is told, why somebody read."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.vocabulary import (
    CommandAsk,
    DelayReason,
    EmergencyReason,
    Ground,
    Role,
    ShutReason,
    Verdict,
)
from welfare.policies.reading_log import Reading, Why
from welfare.web.wording import ROLES

EMERGENCIES: Mapping[EmergencyReason, LazyString] = {
    EmergencyReason.DANGER: _("Danger to the person or to somebody else"),
    EmergencyReason.UNABLE: _("The person cannot speak for themselves"),
    EmergencyReason.CARER_AWAY: _("It cannot wait, and who looks after them cannot be reached"),
    EmergencyReason.TREATMENT: _("Urgent treatment depends on it"),
    EmergencyReason.OTHER: _("Another emergency"),
}
SHUT_REASONS: Mapping[ShutReason, LazyString] = {
    ShutReason.COLLEAGUE: _("Somebody of the clinic is treated here"),
    ShutReason.WISH: _("The person asked for it"),
    ShutReason.KNOWN: _("Many would want to look this person up"),
    ShutReason.OTHER: _("Another reason"),
}
VERDICTS: Mapping[Verdict, LazyString] = {
    Verdict.JUSTIFIED: _("Justified"),
    Verdict.NOT_JUSTIFIED: _("Not justified"),
}
DELAYS: Mapping[DelayReason, LazyString] = {
    DelayReason.SELF: _("The person would be in danger"),
    DelayReason.OTHERS: _("Somebody else would be in danger"),
    DelayReason.TREATMENT: _("Care that protects life would break off"),
    DelayReason.OTHER: _("Another danger"),
}
GROUND_LABELS: Mapping[Ground, LazyString] = {
    Ground.HARM_SELF: _("Serious harm to themselves"),
    Ground.HARM_OTHERS: _("Serious harm to others"),
    Ground.HARM_MISSION: _("Serious harm to the mission"),
    Ground.INPATIENT: _("Stay in a hospital or clinic"),
    Ground.ACUTE: _("A condition that impairs duty now"),
    Ground.SUBSTANCE: _("Entry into a substance programme"),
    Ground.DIRECTED: _("An examination that command directed"),
    Ground.SPECIAL_DUTY: _("Special duties"),
    Ground.OTHER: _("Another ground: a clinic lead decides"),
}
ASK_LABELS: Mapping[CommandAsk, LazyString] = {
    CommandAsk.WEAPONS: _("Keep weapons away"),
    CommandAsk.RELIEVE: _("Relieve of duty"),
    CommandAsk.LIGHT_DUTY: _("Light duty only"),
    CommandAsk.APPOINTMENTS: _("Let them go to appointments"),
    CommandAsk.ACCOMPANY: _("Do not leave them alone"),
    CommandAsk.BRING: _("Have them brought to the clinic"),
    CommandAsk.CONTACT: _("Call the clinic"),
}
WHYS: Mapping[Why, LazyString] = {
    Why.EMERGENCY: _("In an emergency"),
    Why.CARE: _("Looks after you, or did"),
    Why.TASK: _("Was to contact you"),
    Why.CLINIC: _("Works in the clinic of your unit"),
    Why.ACCOUNTS: _("Manages accounts and rosters, never answers"),
    Why.ORGANISES: _("Organises checks, never sees answers"),
    Why.OVERSIGHT: _("Checks that your record is treated rightly"),
}


def why(reading: Reading) -> str:
    """In plain words, as far as it can be known."""
    if reading.reason is not None:
        return str(_("In an emergency: %(reason)s", reason=EMERGENCIES[reading.reason]))
    return str(WHYS[reading.why]) if reading.why is not None else ""


def delayed(reading: Reading) -> str:
    return told_later(reading.was_delayed, reading.decided_by)


def told_later(was_delayed: bool, decided_by: str) -> str:
    """Said of what was not shown at first."""
    if not was_delayed:
        return ""
    if decided_by:
        return str(_("Shown later than it was done. Decided by %(who)s.", who=decided_by))
    return str(_("Somebody asked to show this later. Nobody agreed."))


def role(found: Role | None) -> str:
    return str(ROLES[found]) if found is not None else str(_("The system"))
