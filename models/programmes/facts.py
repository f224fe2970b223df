"""What the schedule is worked out from, and what it says: plain values without a database."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from models.vocabulary import Phase, WindowStatus


class Reason(StrEnum):
    """Why nobody is asked in a window that was not answered and is not missed."""

    SPACING = "spacing"  # it could have opened only after it was due
    SUPERSEDED = "superseded"  # before it was due, the next window opened or took its place
    DEPLOYED_AGAIN = "deployed_again"  # before it was due, a new deployment began a new cycle
    SET_ASIDE = "set_aside"  # somebody waived it


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment. A day that is not known yet is None.

    `finding`: it is recorded that the alternative window applies, where a programme has one.
    """

    from_day: date
    until_day: date | None = None
    leave_end: date | None = None
    finding: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A window as it stood when it was answered or set aside. Its days are never changed.

    `cause`: the first day of its deployment, or the day of its incident.
    """

    code: str
    phase: Phase
    cause: date | None
    anchor_day: date | None
    opens_on: date
    due_by: date


@dataclass(frozen=True, slots=True)
class Kept:
    """A screening that was kept; without a window it came as paper or in an import.

    `key` is the caller's own mark of it, told back with the window that it answers.
    """

    day: date
    phase: Phase
    window: Held | None = None
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A window that its person declined, or that somebody waived, on a day."""

    day: date
    window: Held
    is_declined: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one person. The order of the entries means nothing."""

    deployments: tuple[Deployed, ...] = ()
    incidents: tuple[date, ...] = ()
    kept: tuple[Kept, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One window of one person as it stands on a day; `schedule` says what each word means.

    `closes_on`: the last day on which it can be answered, grace included. For a window that never
    opens it is the day before it would have.
    """

    code: str
    phase: Phase
    cause: date | None
    anchor_day: date | None
    opens_on: date
    due_by: date
    closes_on: date
    status: WindowStatus
    reason: Reason | None = None
    answered_by: Kept | None = None

    @property
    def held(self) -> Held:
        """This window, as it is to be kept with the screening that answers it."""
        return Held(self.code, self.phase, self.cause, self.anchor_day, self.opens_on, self.due_by)
