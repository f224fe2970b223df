"""From codes to sentences: the words of results, roles, rules and choices, for pages."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.vocabulary import (
    AlertKind,
    AlertOutcome,
    Channel,
    ContactResult,
    Decision,
    Language,
    NextTry,
    Origin,
    Phase,
    ReleaseDecision,
    Role,
)
from welfare.errors import SignInRefused
from welfare.policies import access
from welfare.policies.flows import ReleaseState
from welfare.policies.mistakes import MistakeReason, WrongRecord
from welfare.policies.open_tasks import TaskKind
from welfare.policies.permissions import Permission
from welfare.policies.work_order import Only, Urgency
from welfare.services.summaries import Purpose
from welfare.web.form_words import FIELDS, PROBLEMS

ROLES: dict[Role, LazyString] = {
    Role.MEMBER: _("Member"),
    Role.CLINICIAN: _("Clinician"),
    Role.CLINIC_LEAD: _("Clinic lead"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
    Role.COMMANDER: _("Commander"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.AUDITOR: _("Auditor"),
    Role.WELFARE_OFFICER: _("Welfare officer"),
}

OPENABLE = "own or shared open case, open alert owned or covered, or opened in an emergency"
# Who may open a record, by the rule that grants it: what a person reads before question 1.
READERS: dict[tuple[Role, str], LazyString] = {
    (Role.CLINICIAN, OPENABLE): _(
        "The clinician who looks after you, and a colleague they share this with. "
        "The one on duty, if you need help soon. "
        "In an emergency another clinician of your unit, for at most four hours. "
        "You are told, and somebody else checks whether it was right."
    ),
    (Role.CLINIC_LEAD, OPENABLE): _(
        "The clinic lead, only if they look after you or have to step in. "
        "In an emergency for at most four hours, told and checked in the same way."
    ),
}
# The order is the order of the page: what people fear most is answered first.
NEVER: dict[Role, LazyString] = {
    Role.COMMANDER: _("Your commander, and anybody else in your chain of command."),
    Role.WELFARE_OFFICER: _("The welfare officer. They see that you have answered, never what."),
    Role.ADMINISTRATOR: _("The people who run this system."),
    Role.PRIVACY_OFFICER: _("The privacy officer."),
    Role.AUDITOR: _("The auditor. They see that a record was opened, never what is in it."),
    Role.MEMBER: _("Other members."),
}

PHASES: dict[Phase, LazyString] = {
    Phase.PRE: _("Before deployment"),
    Phase.DURING: _("During deployment"),
    Phase.RETURN: _("Around return"),
    Phase.POST: _("After return"),
    Phase.ANNUAL: _("Yearly check"),
    Phase.INCIDENT: _("After an incident"),
    Phase.CARE: _("In care"),
    Phase.UNKNOWN: _("Earlier record"),
}
ORIGINS: dict[Origin, LazyString] = {
    Origin.WEB: _("Answered here"),
    Origin.IMPORT: _("Imported"),
    Origin.SYNTHETIC: _("Made up for the demo"),
    Origin.PAPER: _("On paper"),
}
MISTAKES: dict[MistakeReason, LazyString] = {
    MistakeReason.OTHER_PERSON: _("These are the answers of somebody else."),
    MistakeReason.TYPED_WRONG: _("The paper or the file says something else."),
    MistakeReason.BY_MISTAKE: _("The person says that they were sent by mistake."),
    MistakeReason.TWICE: _("The same answers stand here already."),
    MistakeReason.OTHER: _("Another reason"),
}
WRONG_RECORDS: dict[WrongRecord, LazyString] = {
    WrongRecord.PICKED: _("The wrong person was chosen when it was entered."),
    WrongRecord.MIXED: _("Two sheets, or two lines of a file, were mixed up."),
    WrongRecord.SHARED: _("Somebody answered in the place of somebody else."),
    WrongRecord.MOVED: _("It was moved here by mistake."),
    WrongRecord.OTHER: _("Another reason"),
}
SEXES: dict[str, LazyString] = {"female": _("Female"), "male": _("Male")}
RANKS: dict[str, LazyString] = {
    "junior": _("Junior rank"),
    "nco": _("Non-commissioned officer"),
    "officer": _("Officer"),
}
LANGUAGE_NAMES: dict[str, str] = {  # each in its own language
    Language.ENGLISH: "English",
    Language.FRENCH: "Français",
    Language.ARABIC: "العربية",
}
TITLES: dict[str, LazyString] = {
    "pc-ptsd-5": _("After very hard experiences"),
    "pcl-5": _("After very hard experiences, in more detail"),
    "phq-2": _("Mood and energy, in short"),
    "phq-9": _("Mood and energy"),
    "gad-2": _("Worry and tension"),
    "gad-7": _("Worry and tension, in more detail"),
    "audit-c": _("Alcohol"),
    "audit": _("Alcohol, in more detail"),
    "who-5": _("Well-being"),
    "k10": _("Strain in the last weeks"),
    "srq-20": _("Health and strain"),
    "lec-5": _("Events in your life"),
}
# In what order a clinician sees the instruments.
SHOWN_FIRST = ("pcl-5", "phq-9", "pc-ptsd-5", "gad-7", "gad-2", "audit-c")
URGENCIES: dict[Urgency, tuple[LazyString, str]] = {
    Urgency.UNACKNOWLEDGED: (_("New alert"), "urgent"),
    Urgency.CONTACT_OVERDUE: (_("Contact overdue"), "urgent"),
    Urgency.ALERT_OPEN: (_("Alert being worked"), "attention"),
    Urgency.WORSE: (_("Clearly worse"), "attention"),
    Urgency.DUE: (_("Due within three days"), "info"),
    Urgency.NEW: (_("New, no note yet"), "info"),
    Urgency.REST: (_("No open task"), "neutral"),
    Urgency.ON_HOLD: (_("On hold"), "neutral"),
}
ONLY: dict[Only, LazyString] = {
    Only.INTERVIEW: _("Interview to do"),
    Only.TASK: _("Other open tasks"),
    Only.SHARED: _("Shared"),
    Only.HELD: _("On hold"),
}
TASKS: dict[TaskKind, LazyString] = {
    TaskKind.REFERRAL: _("Referral"),
    TaskKind.PLAN_REVIEW: _("Plan to review"),
    TaskKind.APPOINTMENT: _("Appointment"),
    TaskKind.MESSAGE: _("Message to answer"),
    TaskKind.MEASURE: _("Questions to send"),
}
KINDS: dict[AlertKind, LazyString] = {
    AlertKind.CRITICAL_ANSWER: _("Critical answer"),
    AlertKind.CALL_REQUEST: _("Asks to be called"),
}
RESULTS: dict[ContactResult, LazyString] = {
    ContactResult.REACHED: _("Reached"),
    ContactResult.TRIED: _("Tried, not reached"),
}
NEXT_TRIES: dict[NextTry, LazyString] = {
    NextTry.NONE: _("Not planned"),
    NextTry.ONE_HOUR: _("In one hour"),
    NextTry.FOUR_HOURS: _("In four hours"),
    NextTry.TOMORROW: _("Tomorrow at the same hour"),
}
CHANNELS: dict[Channel, LazyString] = {
    Channel.PHONE: _("By phone"),
    Channel.IN_PERSON: _("In person"),
    Channel.VIDEO: _("By video"),
    Channel.MESSAGE: _("By message"),
}
OUTCOMES: dict[AlertOutcome, LazyString] = {
    AlertOutcome.SUPPORTED: _("Spoken with, safe, support agreed"),
    AlertOutcome.IN_CARE: _("Already in care, the carer knows"),
    AlertOutcome.REFERRED: _("Referred"),
    AlertOutcome.EMERGENCY: _("Emergency care arranged"),
    AlertOutcome.ANSWERED_BY_MISTAKE: _("Answered by mistake, confirmed with the person"),
    AlertOutcome.NOT_REACHED: _("Not reached, handed to another named person"),
}
STATES: dict[ReleaseState, tuple[LazyString, str]] = {
    ReleaseState.CANDIDATE: (_("Waiting for approval"), "attention"),
    ReleaseState.PUBLISHED: (_("Published"), "good"),
    ReleaseState.REJECTED: (_("Rejected"), "done"),
}
DECISIONS: dict[ReleaseDecision, LazyString] = {
    ReleaseDecision.APPROVED: _("Approved"),
    ReleaseDecision.REJECTED: _("Rejected"),
}
PURPOSES: dict[Purpose, LazyString] = {
    Purpose.REFERRAL: _("A referral"),
    Purpose.COLLEAGUE: _("A colleague who takes part in care"),
    Purpose.PERSON: _("The person"),
}
ALLOWED: dict[Decision, LazyString] = {
    Decision.ALLOWED: _("Allowed"),
    Decision.REFUSED: _("Refused"),
}


def readers() -> list[str]:
    """Who may see a member's answers, said from the live access table."""
    granted = access.granted_to(Permission.RECORD_READ)
    return [str(READERS[role, rule.name]) for role, rule in granted.items()]


def never() -> list[str]:
    """Who never will: every role that the access table does not grant it to."""
    granted = access.granted_to(Permission.RECORD_READ)
    return [str(words) for role, words in NEVER.items() if role not in granted]


def problem(code: str) -> str:
    return str(PROBLEMS.get(code, _("This cannot be used.")))


def refusal(refused: SignInRefused) -> str:
    """Why somebody is not let in; no more than that."""
    if not refused.wait_seconds:
        return str(_("The name or the password is not right."))
    minutes = refused.wait_seconds // 60 + 1
    return str(_("There were too many tries. Please wait %(n)s min and try again.", n=minutes))


def named(problems: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with a form, each sentence with the name of its field before it."""
    return [
        (field, f"{FIELDS[field]}: {text}" if field in FIELDS else text)
        for field, text in problems.items()
    ]


def clock(due_at: datetime, at: datetime) -> str:
    """How much time is left, in words."""
    minutes = round((due_at - at).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    span = _("%(h)s h %(m)s min", h=hours, m=rest) if hours else _("%(m)s min", m=rest)
    return str(
        _("overdue by %(span)s", span=span) if minutes < 0 else _("%(span)s left", span=span)
    )
