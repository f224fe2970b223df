"""What is counted for command, and who decides about it."""

from enum import StrEnum


class Measure(StrEnum):
    """What a release counts: people on the roster at the end of its period."""

    ANY_POSITIVE_SCREEN = "any_positive_screen"  # with a screening above a cut-point; blurred
    SCREENINGS_DUE = "screenings_due"  # with a check that their programme planned; exact


class ReleaseDecision(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
