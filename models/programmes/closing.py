"""When a window closes, and what it is then called. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.programmes.definition import Anchor, Programme
from models.programmes.facts import Held, Kept, Reason, Scheduled
from models.programmes.known import Ending, Outcome
from models.programmes.planning import Slot
from models.vocabulary import Phase, WindowStatus

DAY = timedelta(days=1)
ORDER = {phase: place for place, phase in enumerate(Phase)}  # as the cycle runs
# Which window follows which: by the phase, then by the day it is due. And when it opens.
Row = tuple[int, date, str, date]


@dataclass(frozen=True, slots=True)
class Asked:
    """A slot that nobody has answered: when it opens, and from which day on nobody is asked."""

    slot: Slot
    opens_on: date
    cut: date | None = None
    reason: Reason = Reason.DEPLOYED_AGAIN  # of the cut

    @property
    def is_squeezed_out(self) -> bool:
        return self.opens_on > self.slot.due_by

    @property
    def ever_opens(self) -> bool:
        return not self.is_squeezed_out and (self.cut is None or self.cut > self.opens_on)

    def last_day(self, programme: Programme, next_opens: date = date.max) -> date:
        """The last day on which it can be answered."""
        bound = min(self.cut or date.max, next_opens) - DAY
        return min(self.slot.due_by + programme.late_for, bound)


def ended(held: Held, outcome: Outcome, programme: Programme) -> Scheduled:
    """A window that was answered or set aside, with the days it had then."""
    if isinstance(outcome, Kept):
        status, reason, answer = _answered(held, outcome.day), None, outcome
    elif outcome.is_declined:
        status, reason, answer = WindowStatus.DECLINED, None, None
    else:
        status, reason, answer = WindowStatus.WAIVED, Reason.SET_ASIDE, None
    return Scheduled(
        held.code,
        held.phase,
        held.cause,
        held.anchor_day,
        held.opens_on,
        held.due_by,
        held.due_by + programme.late_for,
        status,
        reason,
        answer,
    )


def _answered(held: Held, day: date) -> WindowStatus:
    if day < held.opens_on:
        return WindowStatus.EARLY
    return WindowStatus.IN_WINDOW if day <= held.due_by else WindowStatus.LATE


def closed(
    asked: Iterable[Asked], endings: Iterable[Ending], programme: Programme, today: date
) -> list[Scheduled]:
    """The windows that nobody has answered, each closed by the next one that opens.

    `endings`: the windows of the plan that were answered or set aside; they close others, too.
    """
    of_incidents = {rule.code for rule in programme.windows if rule.anchor is Anchor.INCIDENT}
    groups: dict[tuple[bool, date | None], list[tuple[Row, Asked | None]]] = {}
    for each in asked:
        rule = each.slot.rule
        row = (ORDER[rule.phase], each.slot.due_by, rule.code, each.opens_on)
        groups.setdefault((rule.code in of_incidents, each.slot.cause), []).append((row, each))
    for held, outcome in endings:
        if isinstance(outcome, Kept) or outcome.day >= held.opens_on:
            row = (ORDER[held.phase], held.due_by, held.code, held.opens_on)
            groups.setdefault((held.code in of_incidents, held.cause), []).append((row, None))
    return [window for group in groups.values() for window in _of_group(group, programme, today)]


def _of_group(
    group: Sequence[tuple[Row, Asked | None]], programme: Programme, today: date
) -> list[Scheduled]:
    """From the last to open to the first, so that each knows when the next one opens."""
    next_opens = date.max
    windows = []
    for row, each in sorted(group, key=lambda entry: entry[0], reverse=True):
        if each is not None:
            windows.append(_unanswered(each, next_opens, programme, today))
        if each is None or each.ever_opens:
            next_opens = min(next_opens, row[-1])
    return windows


def _unanswered(asked: Asked, next_opens: date, programme: Programme, today: date) -> Scheduled:
    slot = asked.slot
    rule = slot.rule
    opens, closes = asked.opens_on, asked.last_day(programme, next_opens)
    if asked.is_squeezed_out:  # told by the days it would have had
        opens, closes = slot.opens_on, slot.opens_on - DAY
    status, reason = _stands(asked, closes, today)
    return Scheduled(
        rule.code,
        rule.phase,
        slot.cause,
        slot.anchor_day,
        opens,
        slot.due_by,
        max(closes, opens - DAY),
        status,
        reason,
    )


def _stands(asked: Asked, closes: date, today: date) -> tuple[WindowStatus, Reason | None]:
    if asked.is_squeezed_out:
        return WindowStatus.WAIVED, Reason.SPACING
    if not asked.ever_opens:
        return WindowStatus.WAIVED, asked.reason
    if today < asked.opens_on:
        return WindowStatus.NOT_DUE, None
    if today <= closes:
        return WindowStatus.OPEN, None
    if closes >= asked.slot.due_by:
        return WindowStatus.MISSED, None
    by_cut = asked.cut is not None and asked.cut - DAY == closes
    return WindowStatus.WAIVED, asked.reason if by_cut else Reason.SUPERSEDED
