"""Who people are here, where they are sent and when they are asked."""

from enum import StrEnum


class Role(StrEnum):
    """What an active Post lets a person be. An analyst has no role here: no page, no Post."""

    MEMBER = "member"
    CLINICIAN = "clinician"
    CLINIC_LEAD = "clinic_lead"
    PRIVACY_OFFICER = "privacy_officer"
    COMMANDER = "commander"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    WELFARE_OFFICER = "welfare_officer"


class Language(StrEnum):
    """The languages that pages can be shown in. A site offers some of them."""

    ENGLISH = "en"
    FRENCH = "fr"
    ARABIC = "ar"  # a skeleton: what matters in danger, and the frame of every page


class Phase(StrEnum):
    """Where in the deployment cycle a screening stands; printed beside every score."""

    PRE = "pre"
    DURING = "during"
    RETURN = "return"
    POST = "post"
    ANNUAL = "annual"
    INCIDENT = "incident"
    CARE = "care"  # a clinician asks it of somebody in their care, whatever the cycle says
    UNKNOWN = "unknown"  # historic answers that came without a deployment


class WindowStatus(StrEnum):
    """How a person's window stands on a day; `models.programmes.schedule` defines each word."""

    NOT_DUE = "not-due"
    OPEN = "open"
    IN_WINDOW = "in-window"
    EARLY = "early"
    LATE = "late"
    MISSED = "missed"
    WAIVED = "waived"
    DECLINED = "declined"


class SetAsideBy(StrEnum):
    """Why nobody is asked in a window any more, though its time may not be over."""

    DECLINED = "declined"  # its person said no
    WAIVED = "waived"  # clinic staff said that it is not needed


class Capacity(StrEnum):
    """As what somebody is sent; the same cycle counts for all."""

    CONTINGENT = "contingent"  # with their own unit
    AUGMENTEE = "augmentee"  # alone, to a unit or staff that is not their own
    RESERVIST = "reservist"


class DeploymentEventKind(StrEnum):
    DECOMPRESSION = "decompression"
    REST_LEAVE = "rest_leave"
    EVACUATION = "evacuation"
    REPATRIATION = "repatriation"  # home before the planned time
    BEREAVEMENT = "bereavement"


class IncidentKind(StrEnum):
    """What happened, coarsely; nothing about anybody's state."""

    ATTACK = "attack"
    EXPLOSION = "explosion"
    ACCIDENT = "accident"
    DEATH = "death"
    CIVILIAN_HARM = "civilian_harm"
    DISASTER = "disaster"
    OTHER = "other"


class Origin(StrEnum):
    """The door a screening came through."""

    WEB = "web"
    IMPORT = "import"
    SYNTHETIC = "synthetic"
    PAPER = "paper"


class RosterKind(StrEnum):
    """What a roster did to one person."""

    NEW = "new"
    CHANGED = "changed"
