"""What is stored of one person's windows against what the schedule says: what to change. Pure.

A window that was answered or set aside is never touched. One that has opened is never taken away:
somebody may have its page open. It closes instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from models.programmes.definition import Anchor, Programme
from models.programmes.facts import Deployed, Facts, Held, Kept, Reason, Scheduled, SetAside
from models.programmes.schedule import schedule
from models.vocabulary import Phase, WindowStatus

DAY = timedelta(days=1)
OVER = {WindowStatus.EARLY, WindowStatus.IN_WINDOW, WindowStatus.LATE, WindowStatus.DECLINED}


@dataclass(frozen=True, slots=True)
class Cause:
    """A stored deployment, or an incident on a day, and the version under which it is asked."""

    id: UUID
    programme: Programme
    day: date
    deployed: Deployed | None = None


@dataclass(frozen=True, slots=True)
class StoredWindow:
    """`cause_id`: its deployment or incident. `is_referred_to`: somebody has begun it or was told
    of it. `aside_on`: it was declined or waived on that day."""

    id: UUID
    cause_id: UUID
    is_declined: bool
    code: str
    phase: Phase
    anchor_day: date | None
    opens_on: date
    due_by: date
    closes_on: date
    aside_on: date | None
    answered_on: date | None
    is_referred_to: bool

    @property
    def is_free(self) -> bool:
        return self.answered_on is None and self.aside_on is None

    def stands_as(self, window: Scheduled) -> bool:
        return _dates(self) == _dates(window)


@dataclass(frozen=True, slots=True)
class Settled:
    """What has to change so that the stored windows are those of the schedule."""

    gone: list[UUID] = field(default_factory=list)
    closed: list[tuple[UUID, date]] = field(default_factory=list)  # with the last day
    moved: list[tuple[UUID, Scheduled]] = field(default_factory=list)
    made: list[tuple[Cause, Scheduled]] = field(default_factory=list)


Line = tuple[UUID, str]  # the cause, and the code of the rule


def settle(causes: Sequence[Cause], stored: Sequence[StoredWindow], today: date) -> Settled:
    """One person. A window without a cause among these only keeps its place.

    Of one code no two open on the same day, whatever they are caused by: of two incidents on a
    day the one that was asked about first keeps its windows, and of two that fall on one day
    after a correction the one that is there stays.
    """
    by_id = {cause.id: cause for cause in causes}
    known = [window for window in stored if window.cause_id in by_id]
    asked_about = {each.cause_id for each in known}
    causes = sorted(causes, key=lambda cause: cause.id not in asked_about)
    settled = Settled()
    wanted: dict[Line, list[Scheduled]] = {}
    for cause, window in _planned(causes, _facts(by_id, known), today):
        wanted.setdefault((cause.id, window.code), []).append(window)
    there: dict[Line, list[StoredWindow]] = {}
    for each in known:
        if each.is_free:
            there.setdefault((each.cause_id, each.code), []).append(each)
    for line in dict.fromkeys([*wanted, *there]):
        _match(by_id[line[0]], wanted.get(line, []), there.get(line, []), today, settled)
    return _without_clashes(settled, stored)


def _without_clashes(settled: Settled, stored: Sequence[StoredWindow]) -> Settled:
    """Nothing is moved to or made on a day that another window of the same code holds."""
    codes = {each.id: each.code for each in stored}
    leaving = {*settled.gone, *(key for key, _ in settled.moved)}
    held = {(each.code, each.opens_on) for each in stored if each.id not in leaving}
    moved = []
    for key, window in settled.moved:
        if (codes[key], window.opens_on) not in held:
            held.add((codes[key], window.opens_on))
            moved.append((key, window))
    staying = leaving - {*settled.gone, *(key for key, _ in moved)}
    held |= {(each.code, each.opens_on) for each in stored if each.id in staying}
    made = []
    for cause, window in settled.made:
        if (window.code, window.opens_on) not in held:
            held.add((window.code, window.opens_on))
            made.append((cause, window))
    return Settled(settled.gone, settled.closed, moved, made)


def _facts(causes: dict[UUID, Cause], stored: Sequence[StoredWindow]) -> Facts:
    kept, aside = [], []
    for each in stored:
        cause = causes[each.cause_id].day
        held = Held(each.code, each.phase, cause, each.anchor_day, each.opens_on, each.due_by)
        if each.answered_on is not None:
            kept.append(Kept(each.answered_on, each.phase, held, each.id))
        elif each.aside_on is not None:
            aside.append(SetAside(each.aside_on, held, each.is_declined))
    return Facts(
        deployments=tuple(each.deployed for each in causes.values() if each.deployed),
        incidents=tuple(each.day for each in causes.values() if not each.deployed),
        kept=tuple(kept),
        set_aside=tuple(aside),
    )


def planned_by(causes: Sequence[Cause], today: date) -> Iterator[tuple[Cause, Scheduled]]:
    """Every window of one person as if nobody had ever answered or set aside any."""
    return _planned(causes, _facts({cause.id: cause for cause in causes}, ()), today)


def _planned(
    causes: Sequence[Cause], facts: Facts, today: date
) -> Iterator[tuple[Cause, Scheduled]]:
    """What nobody has answered or set aside, each by the version that its cause is asked under;
    so a new version of a programme changes nothing that has begun."""
    places: dict[tuple[bool, date], Cause] = {}
    for cause in causes:  # two incidents on one day are asked about once
        places.setdefault((cause.deployed is None, cause.day), cause)
    for programme in dict.fromkeys(cause.programme for cause in causes):
        of_incidents = {rule.code for rule in programme.windows if rule.anchor is Anchor.INCIDENT}
        for window in schedule(facts, programme, today):
            if window.cause is None or window.status in OVER or window.reason is Reason.SET_ASIDE:
                continue
            cause = places[window.code in of_incidents, window.cause]
            if cause.programme == programme:
                yield cause, window


def _match(
    cause: Cause,
    wanted: Sequence[Scheduled],
    stored: Sequence[StoredWindow],
    today: date,
    settled: Settled,
) -> None:
    """Pair what is wanted with what is there: first those that open on the same day, then those
    that have to stay, each with one that stands as it does today: what is over with what is over,
    and what somebody may have before them with what has opened. The rest comes and goes."""
    there = {each.opens_on: each for each in stored}
    pairs = [(window, there.pop(window.opens_on, None)) for window in wanted]
    stay = [each for each in there.values() if each.is_referred_to or each.opens_on <= today]
    settled.gone.extend(each.id for each in there.values() if each not in stay)
    live = [each for each in stay if each.closes_on >= today]
    over = [each for each in stay if each.opens_on <= each.closes_on < today]
    begun = [each for each in live if each.opens_on > today]
    for window, same in pairs:
        row = same or _taken_from(window, today, over, live, begun)
        if row is None:
            settled.made.append((cause, window))
        elif not row.stands_as(window):
            settled.moved.append((row.id, window))
    settled.closed.extend((each.id, today - DAY) for each in live)


def _taken_from(
    window: Scheduled,
    today: date,
    over: list[StoredWindow],
    live: list[StoredWindow],
    begun: list[StoredWindow],
) -> StoredWindow | None:
    """The row that becomes this window. One that has opened is never moved to a day on which it
    would not have: its page may be open, and what is sent from it must be taken."""
    if window.closes_on < today:
        return over.pop(0) if over else None
    fitting = live if window.opens_on <= today else begun
    row = fitting[0] if fitting else None
    if row is not None:
        for group in (live, begun):
            if row in group:
                group.remove(row)
    return row


def _dates(window: StoredWindow | Scheduled) -> tuple[Phase, date | None, date, date, date]:
    return (window.phase, window.anchor_day, window.opens_on, window.due_by, window.closes_on)
