"""What is noticed and done about it: alerts, cases, contacts."""

from enum import StrEnum


class AlertKind(StrEnum):
    CRITICAL_ANSWER = "critical_answer"
    CALL_REQUEST = "call_request"  # somebody asked to be called; no answers came with it


class AlertStatus(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    HISTORIC = "historic"  # an old answer: listed, without a clock


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class CaseEnding(StrEnum):
    """Why care of a person ends."""

    GOALS_REACHED = "goals_reached"
    NO_NEED = "no_need"
    DECLINED = "declined"
    ELSEWHERE = "elsewhere"  # somebody outside looks after them
    LEFT = "left"  # the service, or the reach of this clinic
    OTHER = "other"


class ContactResult(StrEnum):
    REACHED = "reached"
    TRIED = "tried"


class NextTry(StrEnum):
    """When somebody who was not reached is tried again, counted from the last try."""

    NONE = "none"
    ONE_HOUR = "one_hour"
    FOUR_HOURS = "four_hours"
    TOMORROW = "tomorrow"  # at the same hour


class Rhythm(StrEnum):
    """How often a clinician has somebody in their care asked the same questions."""

    SESSION = "session"  # before each session
    WEEKLY = "weekly"
    TWO_WEEKS = "two_weeks"
    FOUR_WEEKS = "four_weeks"
    TWELVE_WEEKS = "twelve_weeks"


class PlanKind(StrEnum):
    SAFETY = "safety"  # what helps when it gets bad, in the person's own words
    CARE = "care"


class GoalState(StrEnum):
    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"


class AppointmentStatus(StrEnum):
    PLANNED = "planned"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Meeting(StrEnum):
    """How one meets."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class Protocol(StrEnum):
    """What a session follows."""

    COGNITIVE_PROCESSING = "cpt"
    PROLONGED_EXPOSURE = "pe"
    EYE_MOVEMENT = "emdr"
    COGNITIVE_BEHAVIOURAL = "cbt"
    BEHAVIOURAL_ACTIVATION = "behavioural_activation"
    INTERPERSONAL = "interpersonal"
    SUPPORTIVE = "supportive"
    MEDICATION_REVIEW = "medication_review"
    OTHER = "other"


class NextStep(StrEnum):
    """What is agreed when somebody did not come, or after a session."""

    NONE = "none"
    CONTACT = "contact"  # the clinician gets in touch
    NEW_TIME = "new_time"


class Channel(StrEnum):
    PHONE = "phone"
    IN_PERSON = "in_person"
    MESSAGE = "message"
    VIDEO = "video"


class MessageEnding(StrEnum):
    """Why a message waits for nobody any more."""

    REPLIED = "replied"
    NO_REPLY = "no_reply"  # read, and none is needed
    OVER = "over"  # its person was erased


class AlertOutcome(StrEnum):
    """Why an alert could be closed. There is no 'none': closing needs one of these."""

    SUPPORTED = "supported"  # spoken with, safe, support agreed
    IN_CARE = "in_care"  # already in care, carer informed
    REFERRED = "referred"
    EMERGENCY = "emergency"  # emergency care arranged
    ANSWERED_BY_MISTAKE = "answered_by_mistake"
    NOT_REACHED = "not_reached"  # tried, handed on to another named human
