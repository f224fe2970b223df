"""When: how an alert, a case, a referral, a release or a review may move. (Who is in `access`.)"""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from enum import StrEnum

from models.tables.glass import BreakGlass
from models.vocabulary import (
    AlertStatus,
    AppointmentStatus,
    CaseStatus,
    ReferralStatus,
    ReleaseDecision,
    ReviewState,
    Role,
)
from welfare.errors import MoveNotAllowed

ALERT_MOVES: Mapping[StrEnum, Set[StrEnum]] = {
    AlertStatus.RAISED: {AlertStatus.ACKNOWLEDGED},
    # Back to raised when the owner cannot sign in any more: an open alert always has a human.
    AlertStatus.ACKNOWLEDGED: {AlertStatus.CLOSED, AlertStatus.RAISED},
    AlertStatus.CLOSED: set(),
    AlertStatus.HISTORIC: set(),
}

CASE_MOVES: Mapping[StrEnum, Set[StrEnum]] = {
    CaseStatus.OPEN: {CaseStatus.CLOSED},
    CaseStatus.CLOSED: {CaseStatus.OPEN},
}

# Of an opening in an emergency. Nothing but a second person's verdict, or an erasure, ends it.
REVIEW_MOVES: Mapping[StrEnum, Set[StrEnum]] = {
    ReviewState.WAITING: {ReviewState.DONE, ReviewState.OVERDUE, ReviewState.GIVEN_UP},
    ReviewState.OVERDUE: {ReviewState.DONE, ReviewState.GIVEN_UP},
    ReviewState.DONE: set(),
    ReviewState.GIVEN_UP: set(),
}


# Back to created when the receiver leaves: the sender chooses another.
REFERRAL_MOVES: Mapping[StrEnum, Set[StrEnum]] = {
    ReferralStatus.CREATED: {
        ReferralStatus.ACCEPTED,
        ReferralStatus.REJECTED,
        ReferralStatus.WITHDRAWN,
    },
    ReferralStatus.ACCEPTED: {
        ReferralStatus.BOOKED,
        ReferralStatus.CREATED,
        ReferralStatus.WITHDRAWN,
    },
    ReferralStatus.BOOKED: {
        ReferralStatus.BOOKED,  # another day
        ReferralStatus.ATTENDED,
        ReferralStatus.NOT_ATTENDED,
        ReferralStatus.CREATED,
        ReferralStatus.WITHDRAWN,
    },
    ReferralStatus.NOT_ATTENDED: {
        ReferralStatus.BOOKED,
        ReferralStatus.FINISHED,
        ReferralStatus.CREATED,
        ReferralStatus.WITHDRAWN,
    },
    ReferralStatus.ATTENDED: {ReferralStatus.FINISHED},
    ReferralStatus.REJECTED: set(),
    ReferralStatus.FINISHED: set(),
    ReferralStatus.WITHDRAWN: set(),
}


APPOINTMENT_MOVES: Mapping[StrEnum, Set[StrEnum]] = {
    AppointmentStatus.PLANNED: {
        AppointmentStatus.KEPT,
        AppointmentStatus.MISSED,
        AppointmentStatus.CANCELLED,
    },
    # One click records it, so one click may have been the wrong one.
    AppointmentStatus.KEPT: {AppointmentStatus.MISSED},
    AppointmentStatus.MISSED: {AppointmentStatus.KEPT},
    AppointmentStatus.CANCELLED: set(),
}


class ReleaseState(StrEnum):
    CANDIDATE = "candidate"
    PUBLISHED = "published"
    REJECTED = "rejected"


RELEASE_MOVES: Mapping[StrEnum, Set[StrEnum]] = {
    ReleaseState.CANDIDATE: {ReleaseState.PUBLISHED, ReleaseState.REJECTED},
    ReleaseState.PUBLISHED: set(),
    ReleaseState.REJECTED: set(),
}

# Both must approve before command may see a release.
APPROVERS = frozenset({Role.PRIVACY_OFFICER, Role.CLINIC_LEAD})


def require_move(moves: Mapping[StrEnum, Set[StrEnum]], start: StrEnum, end: StrEnum) -> None:
    """Go on only if this move is drawn. Raises MoveNotAllowed."""
    if end not in moves[start]:
        raise MoveNotAllowed(f"{start} cannot become {end}")


def release_state(decisions: Sequence[tuple[Role, ReleaseDecision]]) -> ReleaseState:
    """Where a release stands, from what has been decided about it so far."""
    if any(decision is ReleaseDecision.REJECTED for _, decision in decisions):
        return ReleaseState.REJECTED
    approved = {role for role, decision in decisions if decision is ReleaseDecision.APPROVED}
    return ReleaseState.PUBLISHED if approved >= APPROVERS else ReleaseState.CANDIDATE


def review_state(glass: BreakGlass, at: datetime) -> ReviewState:
    """Where the second look at this opening stands."""
    if glass.reviewed_at is not None:
        return ReviewState.DONE
    if glass.next_tell_at is None:
        return ReviewState.GIVEN_UP
    return ReviewState.WAITING if at < glass.review_by else ReviewState.OVERDUE
