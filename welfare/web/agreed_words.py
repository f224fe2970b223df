"""The words of what is agreed with a person: steps of plans, goals, appointments."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.vocabulary import AppointmentStatus, GoalState, Meeting, NextStep, PlanKind, Protocol

PLANS: dict[PlanKind, LazyString] = {
    PlanKind.SAFETY: _("Safety plan"),
    PlanKind.CARE: _("Care plan"),
}
# In the words of the person whose plan it is.
STEPS: dict[str, LazyString] = {
    "signs": _("1. How I notice that it gets hard"),
    "coping": _("2. What I can do on my own"),
    "places": _("3. People and places that take my mind off it"),
    "helpers": _("4. People whom I can ask for help"),
    "professionals": _("5. Professionals, and numbers I can call"),
    "safer": _("6. How my surroundings become safer"),
    "problem": _("What it is about"),
    "done": _("What is done"),
}
HINTS: dict[str, LazyString] = {
    "signs": _("Thoughts, feelings, situations: in the words of the person."),
    "coping": _("Without anybody else: what has helped before."),
    "places": _("With names, and how to get there or reach them."),
    "helpers": _("With names and numbers."),
    "professionals": _("The numbers of your site stand here already."),
    "safer": _("What is put away, handed over or locked, and how."),
    "problem": _("In words that the person would use."),
    "done": _("Treatment, support, and who does it."),
}
THINGS: dict[str, LazyString] = {
    "weapon": _("Weapon"),
    "ammunition": _("Ammunition"),
    "medication": _("Medication"),
}
GOAL_STATES: dict[GoalState, tuple[LazyString, str]] = {
    GoalState.OPEN: (_("Open"), "info"),
    GoalState.REACHED: (_("Reached"), "done"),
    GoalState.DROPPED: (_("Dropped"), "neutral"),
}
MEETINGS: dict[Meeting, LazyString] = {
    Meeting.IN_PERSON: _("In person"),
    Meeting.PHONE: _("By phone"),
    Meeting.VIDEO: _("By video"),
}
PROTOCOLS: dict[Protocol, LazyString] = {
    Protocol.COGNITIVE_PROCESSING: _("Cognitive processing therapy (CPT)"),
    Protocol.PROLONGED_EXPOSURE: _("Prolonged exposure (PE)"),
    Protocol.EYE_MOVEMENT: _("EMDR"),
    Protocol.COGNITIVE_BEHAVIOURAL: _("Cognitive behavioural therapy (CBT)"),
    Protocol.BEHAVIOURAL_ACTIVATION: _("Behavioural activation"),
    Protocol.INTERPERSONAL: _("Interpersonal therapy"),
    Protocol.SUPPORTIVE: _("Supportive talk"),
    Protocol.MEDICATION_REVIEW: _("Medication review"),
    Protocol.OTHER: _("Another one"),
}
APPOINTMENT_STATES: dict[AppointmentStatus, tuple[LazyString, str]] = {
    AppointmentStatus.PLANNED: (_("Planned"), "info"),
    AppointmentStatus.KEPT: (_("Took place"), "done"),
    AppointmentStatus.MISSED: (_("Did not come"), "attention"),
    AppointmentStatus.CANCELLED: (_("Cancelled"), "neutral"),
}
NEXT_STEPS: dict[NextStep, LazyString] = {
    NextStep.NONE: _("Nothing yet"),
    NextStep.CONTACT: _("I get in touch"),
    NextStep.NEW_TIME: _("A new time"),
}
