"""When: how an alert, a case or a release may move. (Who is in `access`.)"""

from collections.abc import Mapping, Sequence, Set
from enum import StrEnum

from models.vocabulary import AlertStatus, AppointmentStatus, CaseStatus, ReleaseDecision, Role
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
