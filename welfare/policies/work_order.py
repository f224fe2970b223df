"""The order of a work-list: why a row stands where it stands, what may be left out, who is next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from models.instruments.change import Move, moved, reliable_change
from models.instruments.summary import Point
from models.tables.care import Alert
from models.vocabulary import AlertStatus
from welfare.policies.acuity import Acuity
from welfare.policies.open_tasks import OpenTask

SOON = timedelta(days=3)  # what is due within it counts as due now
LATELY = timedelta(days=28)  # as long somebody without a note counts as new in care
SILENT = timedelta(days=180)  # without a result for longer: the page says since when


class Urgency(StrEnum):
    """Why a row stands where it stands; the order of this list is the order of the page."""

    UNACKNOWLEDGED = "unacknowledged"
    CONTACT_OVERDUE = "contact_overdue"
    ALERT_OPEN = "alert_open"
    WORSE = "worse"
    DUE = "due"
    NEW = "new"
    REST = "rest"
    ON_HOLD = "on_hold"


ORDER = list(Urgency)


class Sort(StrEnum):
    STATE = "state"
    PERSON = "person"
    RESULT = "result"
    DUE = "due"


class Only(StrEnum):
    SHARED = "shared"
    HELD = "held"
    INTERVIEW = "interview"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a list is shown, and in which order."""

    state: Urgency | None = None
    unit_id: UUID | None = None
    only: Only | None = None
    sort: Sort = Sort.STATE
    is_descending: bool = False

    @property
    def is_everybody(self) -> bool:
        return self.state is None and self.unit_id is None and self.only is None


EVERYBODY = Wanted()


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the caseload, with the most urgent open alert if there is one.

    `acuity`: what they told of how pressing it is, with any of their open alerts. `missed`: how
    many checks closed without an answer. `interview_since`: of one that was answered then the
    interview is to come. `held_until`: the own case is on hold until that day. `worse`: what is
    reliably worse, by how much, and nobody has signed a note since. `is_new`: came lately, no note.
    """

    person_id: UUID
    name: str
    unit: str
    unit_id: UUID
    alert: Alert | None = None
    acuity: Acuity = field(default_factory=Acuity)
    next_try_at: datetime | None = None
    due_by: date | None = None
    overdue_since: date | None = None
    missed: int = 0
    interview_since: date | None = None
    held_until: date | None = None
    is_shared: bool = False
    is_new: bool = False
    tasks: Sequence[OpenTask] = ()
    worse: Mapping[str, float] = field(default_factory=dict)
    results: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    urgency: Urgency = Urgency.REST

    @property
    def needs_interview(self) -> bool:
        return self.interview_since is not None

    @property
    def last_day(self) -> date | None:
        """Of the newest result of all."""
        return max((points[-1].day for points in self.results.values() if points), default=None)

    @property
    def first_due(self) -> date | None:
        """The earliest day by which anything waits."""
        days = (self.overdue_since, self.due_by, self.interview_since)
        dated = [day for day in (*days, *(task.due for task in self.tasks)) if day is not None]
        return min(dated, default=None)


def worse_of(results: Mapping[str, Sequence[Point]]) -> dict[str, float]:
    """What is reliably worse at its newest result, by how much."""
    found = {code: moved(code, [point.total for point in each]) for code, each in results.items()}
    return {code: abs(each.by) for code, each in found.items() if each.move is Move.WORSE}


def urgency_of(row: Row, *, today: date, at: datetime) -> Urgency:
    if row.alert is None:
        return _without_alert(row, today)
    if row.alert.status is AlertStatus.RAISED:
        return Urgency.UNACKNOWLEDGED
    late = row.alert.due_at is not None and row.alert.due_at < at
    return Urgency.CONTACT_OVERDUE if late else Urgency.ALERT_OPEN


def _without_alert(row: Row, today: date) -> Urgency:
    """A hold hides neither an alert, nor a worse result, nor what is overdue."""
    if row.worse:
        return Urgency.WORSE
    first = row.first_due
    if row.held_until is not None:
        return Urgency.DUE if _is_overdue(row, today) else Urgency.ON_HOLD
    if first is not None and first <= today + SOON:
        return Urgency.DUE
    return Urgency.NEW if row.is_new else Urgency.REST


def _is_overdue(row: Row, today: date) -> bool:
    late = any(task.due is not None and task.due < today for task in row.tasks)
    return late or row.overdue_since is not None


def in_order(rows: Sequence[Row], wanted: Wanted = EVERYBODY) -> list[Row]:
    """What is wanted, each row once. What has no value to sort by comes last, either way."""
    shown = sorted((row for row in rows if _is_wanted(row, wanted)), key=_place)
    if wanted.sort is Sort.STATE:
        return shown[::-1] if wanted.is_descending else shown
    value = SORTED_BY[wanted.sort]
    known = [row for row in shown if value(row) is not None]
    known.sort(key=value, reverse=wanted.is_descending)
    return known + [row for row in shown if value(row) is None]


def step(rows: Sequence[Row], *, place: int, person_id: UUID) -> int | None:
    """Who comes after the one who was opened at this place: whoever stands there now, if that one
    has left it, as happens when their task is done."""
    is_there = place < len(rows) and rows[place].person_id == person_id
    following = place + 1 if is_there else place
    return following if following < len(rows) else None


def _is_wanted(row: Row, wanted: Wanted) -> bool:
    return (
        wanted.state in (None, row.urgency)
        and wanted.unit_id in (None, row.unit_id)
        and (wanted.only is None or ONLY[wanted.only](row))
    )


def _place(row: Row) -> tuple[int, int, float, str, str, str]:
    """By urgency; within it first those who need it soonest by their own words, then who is worse
    by most, then the clock."""
    rank, worst = ORDER.index(row.urgency), max(map(_share, row.worse.items()), default=0.0)
    clock = row.alert.due_at if row.alert else None
    when = clock.isoformat() if clock else (row.first_due or date.max).isoformat()
    return (rank, row.acuity.rank, -worst, when, row.name, str(row.person_id))


def _share(worse: tuple[str, float]) -> float:
    """How many times the smallest reliable change it is, so that instruments can be compared."""
    code, size = worse
    return size / (reliable_change(code) or size)


SORTED_BY: Mapping[Sort, Callable[[Row], Any]] = {
    Sort.PERSON: lambda row: row.name,
    Sort.RESULT: lambda row: row.last_day,
    Sort.DUE: lambda row: row.overdue_since or row.due_by,
}
ONLY: Mapping[Only, Callable[[Row], bool]] = {
    Only.SHARED: lambda row: row.is_shared,
    Only.HELD: lambda row: row.held_until is not None,
    Only.INTERVIEW: lambda row: row.needs_interview,
    Only.TASK: lambda row: bool(row.tasks),
}
