"""What somebody agreed to, and how a referral goes from one service to another."""

from enum import StrEnum


class ConsentPurpose(StrEnum):
    """What somebody can agree to, and take back. Care itself never depends on one of these."""

    SHARING = "sharing"  # with other services: needed for a referral
    MODEL_DEVELOPMENT = "model_development"  # pseudonymous answers, to develop the risk model


class ConsentWay(StrEnum):
    """How it was said."""

    HERE = "here"  # by the person, on their own page
    TOLD = "told"  # in a conversation; a clinician recorded it


class ReferralStatus(StrEnum):
    CREATED = "created"
    ACCEPTED = "accepted"
    BOOKED = "booked"
    ATTENDED = "attended"
    NOT_ATTENDED = "not_attended"
    REJECTED = "rejected"
    FINISHED = "finished"  # with an outcome, or why nothing came of it
    WITHDRAWN = "withdrawn"


class ReferralUrgency(StrEnum):
    """How soon the person should have been seen."""

    URGENT = "urgent"
    ROUTINE = "routine"
    SPECIALTY = "specialty"


class ReferralEnding(StrEnum):
    """Why a referral is over. There is no 'none': each way to end needs one of its own."""

    HELPED = "helped"
    GOES_ON = "goes_on"  # the other service goes on
    NO_NEED = "no_need"
    DECLINED = "declined"  # the person does not want it
    NOT_REACHED = "not_reached"
    NO_ROOM = "no_room"
    NOT_FITTING = "not_fitting"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OTHER = "other"


class WithoutConsent(StrEnum):
    """Why somebody is referred who has not agreed. Their own page says so."""

    DANGER = "danger"
    LAW = "law"  # a court order, or the law
    CANNOT_BE_ASKED = "cannot_be_asked"
