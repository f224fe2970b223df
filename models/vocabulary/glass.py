"""Openings in an emergency, what command is told, and notices that may have to wait."""

from enum import StrEnum


class EmergencyReason(StrEnum):
    """Why a record is opened by somebody who does not look after the person."""

    DANGER = "danger"  # to life, their own or another's
    UNABLE = "unable"  # the person cannot speak for themselves
    CARER_AWAY = "carer_away"  # whoever looks after them cannot be reached, and it cannot wait
    TREATMENT = "treatment"  # urgent treatment that depends on what stands there
    OTHER = "other"


class ShutReason(StrEnum):
    """Why a record is closed to being opened in an emergency."""

    COLLEAGUE = "colleague"  # somebody of the clinic is treated here
    WISH = "wish"  # the person asked for it
    KNOWN = "known"  # a public person, or one whom many would look up
    OTHER = "other"


class Verdict(StrEnum):
    """What the second person says about an opening in an emergency."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class ReviewState(StrEnum):
    """Where the second look at an opening stands."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    DONE = "done"
    GIVEN_UP = "given_up"  # the person was erased: nothing is left to look at


class DelayReason(StrEnum):
    """Why telling the person now would endanger somebody."""

    SELF = "self"
    OTHERS = "others"
    TREATMENT = "treatment"  # it would break off care that protects life
    OTHER = "other"


class Ground(StrEnum):
    """On what ground command may be told anything at all."""

    HARM_SELF = "harm_self"
    HARM_OTHERS = "harm_others"
    HARM_MISSION = "harm_mission"
    INPATIENT = "inpatient"
    ACUTE = "acute"  # a condition that impairs duty now
    SUBSTANCE = "substance"  # entry into a substance programme
    DIRECTED = "directed"  # an evaluation that command had directed
    SPECIAL_DUTY = "special_duty"
    OTHER = "other"  # decided by a clinic lead only


class CommandAsk(StrEnum):
    """What command is asked to do. There is nothing else that it can be asked."""

    WEAPONS = "weapons"
    RELIEVE = "relieve"
    LIGHT_DUTY = "light_duty"
    APPOINTMENTS = "appointments"
    ACCOMPANY = "accompany"
    BRING = "bring"
    CONTACT = "contact"
