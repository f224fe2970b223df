"""When what a clinician assigned is asked next: every so often, or before each session. Pure.

One assignment never has two open windows. What was answered, declined or waived is never touched.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from models.vocabulary import Rhythm

DAY = timedelta(days=1)
BEFORE_SESSION = timedelta(days=3)  # so early it opens; answers as young as that are young enough


@dataclass(frozen=True, slots=True)
class Every:
    """Asked again so long after the last answer, to be answered within so many days."""

    every: timedelta
    within: timedelta


EVERY: Mapping[Rhythm, Every] = {
    Rhythm.WEEKLY: Every(timedelta(weeks=1), timedelta(days=3)),
    Rhythm.TWO_WEEKS: Every(timedelta(weeks=2), timedelta(days=5)),
    Rhythm.FOUR_WEEKS: Every(timedelta(weeks=4), timedelta(days=7)),
    Rhythm.TWELVE_WEEKS: Every(timedelta(weeks=12), timedelta(days=14)),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """One window of an assignment. `session`: the day that it comes before, if it does."""

    id: UUID
    opens_on: date
    closes_on: date
    session: date | None = None
    answered_on: date | None = None
    aside_on: date | None = None

    @property
    def over_on(self) -> date | None:
        """When it was answered, or somebody decided that it need not be."""
        if self.answered_on is not None or self.aside_on is None:
            return self.answered_on
        return max(self.aside_on, self.opens_on)


@dataclass(frozen=True, slots=True)
class Planned:
    opens_on: date
    due_by: date
    closes_on: date
    session: date | None = None


@dataclass(slots=True)
class Changes:
    """What has to happen to the stored windows. What has opened is closed, never taken away:
    somebody may have its page open."""

    gone: list[UUID] = field(default_factory=list)
    closed: list[UUID] = field(default_factory=list)  # since yesterday
    moved: list[tuple[UUID, Planned]] = field(default_factory=list)
    made: list[Planned] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.gone) + len(self.closed) + len(self.moved) + len(self.made)

    def end(self, windows: Collection[Stored], today: date) -> None:
        for each in windows:
            if each.opens_on > today:
                self.gone.append(each.id)
            elif each.closes_on >= today:
                self.closed.append(each.id)


def every_so_often(
    windows: Sequence[Stored], rhythm: Rhythm, *, since: date, today: date
) -> Changes:
    """Counted from the day of the last answer; what was missed is followed by the next one.

    More than one can be open only where an answer was struck out: the first of them stays.
    """
    changes = Changes()
    free = [each for each in windows if each.over_on is None and each.closes_on >= today]
    if free:
        changes.end(sorted(free, key=lambda each: each.opens_on)[1:], today)
        return changes
    rule = EVERY[rhythm]
    opens = max([since, today, *_next_days(windows, rule.every)])
    changes.made.append(Planned(opens, opens + rule.within, opens + rule.every - DAY))
    return changes


def _next_days(windows: Sequence[Stored], every: timedelta) -> Iterator[date]:
    for each in windows:
        yield each.closes_on + DAY if each.over_on is None else each.over_on + every


def before_sessions(windows: Sequence[Stored], days: Collection[date], *, today: date) -> Changes:
    """`days`: of every session to come. A window that has opened goes on for the next session, if
    its own was moved; what has not opened is planned anew."""
    changes = Changes()
    wanted = [day for day in sorted({*days}) if day >= today and not _is_settled(windows, day)]
    free = [each for each in windows if each.over_on is None and _is_to_come(each, today)]
    opened = [each for each in free if each.opens_on <= today]
    waiting = {(each.opens_on, each.session): each for each in free if each.opens_on > today}
    for number, day in enumerate(wanted):
        earliest = [today, day - BEFORE_SESSION, *(each + DAY for each in wanted[:number])]
        planned = Planned(max(earliest), day, day, session=day)
        if opened:
            _go_on(changes, opened.pop(0), planned)
        elif waiting.pop((planned.opens_on, day), None) is None:
            changes.made.append(planned)
    changes.end([*opened, *waiting.values()], today)
    return changes


def _is_settled(windows: Sequence[Stored], day: date) -> bool:
    """Answered or set aside for this session, or so lately that it serves for this one, too."""
    return any(
        each.over_on is not None
        and (each.session == day or day - BEFORE_SESSION <= each.over_on <= day)
        for each in windows
    )


def _is_to_come(window: Stored, today: date) -> bool:
    """Also one that was closed because its session was called off, and may yet be wanted."""
    return window.closes_on >= today or (window.session is not None and window.session >= today)


def _go_on(changes: Changes, window: Stored, planned: Planned) -> None:
    if (window.session, window.closes_on) != (planned.session, planned.closes_on):
        day = planned.due_by
        changes.moved.append((window.id, Planned(window.opens_on, day, day, planned.session)))
