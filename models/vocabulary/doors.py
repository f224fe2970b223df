"""Letters, links and duties: how people come in, and how that ends."""

from enum import StrEnum


class LetterKind(StrEnum):
    NUDGE = "nudge"
    ESCALATION = "escalation"
    INVITATION = "invitation"
    NOTICE = "notice"  # something about a link that the recipient made
    TASK = "task"  # something of the recipient's work waits, or has come back
    TOLD = "told"  # something was done that the recipient should know of, or is to look at
    APPOINTMENT = "appointment"  # to the person, the day before
    TEXT = "text"  # a text message beside a nudge or an escalation, with its words


class InvitationPurpose(StrEnum):
    JOIN = "join"
    RESET = "reset"
    RESET_FACTORS = "reset_factors"  # password and second factor are both lost


class LinkEnding(StrEnum):
    """Why a link is over before it was used."""

    DISABLED = "disabled"
    NOT_ME = "not_me"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    WRONG_CODES = "wrong_codes"


class PostEnding(StrEnum):
    """Why a Post is over, or was never confirmed. Set by hand; a last day needs no reason."""

    DISABLED = "disabled"
    ENDED = "ended"
    NOT_NEEDED = "not_needed"
    NOT_VERIFIED = "not_verified"
    WRONG_PERSON = "wrong_person"
    WRONG_ROLE = "wrong_role"


class ChallengePurpose(StrEnum):
    """What a passkey is asked to sign for."""

    SIGN_IN = "sign_in"
    PROVE = "prove"
    ADD = "add"
