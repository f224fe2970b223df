"""Windows counted from the last screening: a chain in which each begins where the one before ended.

The chain begins on the day on which the last other window after the return was answered, or, if
nobody answered it, was due. Every later screening, whatever it was for, moves a window that is not
open yet, and takes the place of one that is. A missed window hands on the day on which it was due.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.programmes.definition import Programme, WindowRule
from models.programmes.facts import Held, Kept
from models.programmes.known import Ending, Known, Outcome, are_one
from models.programmes.planning import Slot

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Link:
    """One window of the chain. `answer`: a screening without a window that answers it.

    `replaced_on`: another screening took its place on that day.
    """

    slot: Slot
    answer: Kept | None = None
    replaced_on: date | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """What every link of one chain shares."""

    programme: Programme
    rule: WindowRule
    cause: date
    cut: date | None  # a new deployment ends the chain
    known: Known
    free: list[Kept]  # screenings without a window that answer no other
    today: date

    def links(self, start: date) -> Iterator[Link]:
        """The links that nobody has answered by name or set aside, up to the first still open."""
        endings = list(self.known.endings.get((self.rule.code, self.cause), ()))
        anchor: date | None = start
        turn = 0
        while anchor is not None and turn < self.rule.times:
            slot = self._slot(anchor)
            other = self._next_other(anchor, until=self._closes(slot))
            named = _taken(endings, slot)
            if named is not None:
                anchor = max(handed_on(self.rule, *named), anchor + DAY)
            elif other is not None and not self._is_for(slot, other):
                anchor = other.day  # it has moved: no turn is used up
                continue
            else:
                yield self._link(slot, other)
                anchor = self._after(slot, other)
            turn += 1

    def _slot(self, anchor: date) -> Slot:
        opens, due = timedelta(days=self.rule.opens), timedelta(days=self.rule.due)
        return Slot(self.rule, self.cause, anchor, anchor + opens, anchor + due)

    def _closes(self, slot: Slot) -> date:
        grace = min(self.programme.late_for, timedelta(days=self.rule.opens - 1))
        closes = slot.due_by + grace
        return closes if self.cut is None else min(closes, self.cut - DAY)

    def _next_other(self, anchor: date, *, until: date) -> Kept | None:
        return next((each for each in self.known.kept if anchor < each.day <= until), None)

    def _is_for(self, slot: Slot, other: Kept) -> bool:
        """Does it touch this window, rather than move it?"""
        return other.day >= slot.opens_on or self._answers(slot, other)

    def _answers(self, slot: Slot, other: Kept) -> bool:
        is_early = other.day < slot.opens_on - self.programme.early_for
        return other in self.free and other.phase is self.rule.phase and not is_early

    def _link(self, slot: Slot, other: Kept | None) -> Link:
        if other is None:
            return Link(slot)
        if self._answers(slot, other):
            return Link(slot, answer=other)
        return Link(slot, replaced_on=other.day)

    def _after(self, slot: Slot, other: Kept | None) -> date | None:
        """From which day the next link counts; None: not known yet, or there is none."""
        if self.cut is not None and slot.opens_on >= self.cut:
            return None
        if other is not None:
            return other.day
        return slot.due_by if self.today > self._closes(slot) else None


def handed_on(rule: WindowRule, held: Held, outcome: Outcome) -> date:
    """From which day the next window counts. An answer that came when it was open moves nothing."""
    next_opens = held.due_by + timedelta(days=rule.opens)
    if isinstance(outcome, Kept) and outcome.day < next_opens:
        return outcome.day
    return held.due_by


def _taken(endings: list[Ending], slot: Slot) -> Ending | None:
    """The ended window that stands where this one would."""
    for ending in endings:
        if are_one(slot, ending[0]):
            endings.remove(ending)
            return ending
    return None
