"""The schedule: what is known of a person, a programme and a day make windows with a status. Pure.

| status    | when                                                                             |
|-----------|----------------------------------------------------------------------------------|
| not-due   | it has not opened                                                                |
| open      | it has opened, nothing was kept, and it may be answered: until due, and in grace |
| early     | answered before it opened                                                        |
| in-window | answered from the day it opened to the day it was due, both included             |
| late      | answered after it was due                                                        |
| missed    | it was due and has closed, unanswered                                            |
| waived    | nobody is asked, and nobody has missed it; the reason says why                   |
| declined  | the person said no                                                               |

A window closes when its grace is over, on the day before the next window of the same deployment
opens ("missed and the next is open: do the next"), or when a new deployment begins a new cycle.
The next is a later one by its phase, and within a phase by the day it is due.
Closed on or after the day it was due it is missed; closed before that it is waived (`superseded`,
`deployed_again`). One that `spacing` pushes past the day it was due is waived at once (`spacing`).

Time moves a window from not-due to open, and from there to missed or waived. A screening that names
a window answers it whenever it was kept, so paper may still turn missed into late. What was
answered, declined or waived by somebody is told as it was held then. It is asked again only if
its anchor has since moved so far that the two windows have no day in common.

A new deployment begins a new cycle when its first window opens, at the latest with the departure,
at the earliest on the day after the return from the one before. It ends the windows after the
return of earlier deployments, each by its rule: a deployment that a rule exempts ends none of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.programmes.closing import DAY, Asked, closed, ended
from models.programmes.cycles import cut_day, mission_end
from models.programmes.definition import Programme, WindowRule
from models.programmes.facts import Deployed, Facts, Held, Kept, Reason, Scheduled
from models.programmes.known import Ending, Known, known_by, matched, without
from models.programmes.planning import Slot, is_exempt, slots_of_deployment, slots_of_incident
from models.programmes.rolling import Chain, Link, handed_on


def schedule(facts: Facts, programme: Programme, today: date) -> tuple[Scheduled, ...]:
    """Every window of one person as it stands on a day, the earliest opening first.

    `today` is the date where the person is: the caller knows the zone. All days of the facts are
    local dates, too. What happened after `today` is not known yet. The person's unit plays no part.
    """
    windows = _Person(programme, known_by(facts, today), today).windows()
    return tuple(sorted(windows, key=_order))


@dataclass(frozen=True, slots=True)
class _Person:
    """One person's facts as of a day, under one programme."""

    programme: Programme
    known: Known
    today: date

    def windows(self) -> list[Scheduled]:
        left, taken = without(self._slots(), self.known)
        answered = matched(left, self.known.without_window, self.programme)
        gone = {id(slot) for slot, _ in answered}
        asked = [self._asked(slot) for slot in left if id(slot) not in gone]
        by_paper: list[Ending] = [(held_of(slot), kept) for slot, kept in answered]
        links = self._links(self._named() + by_paper, asked, [kept for _, kept in answered])
        asked += [self._asked_in_chain(link) for link in links if link.answer is None]
        in_chain = [(held_of(link.slot), link.answer) for link in links if link.answer]
        endings = self._named() + by_paper + in_chain
        over = [ended(held, outcome, self.programme) for held, outcome in endings]
        return over + closed(asked, taken + by_paper, self.programme, self.today)

    def _named(self) -> list[Ending]:
        """What was answered by name or set aside, whether or not it would be planned today."""
        return [ending for endings in self.known.endings.values() for ending in endings]

    def _slots(self) -> Iterator[Slot]:
        stays = self.known.deployments
        for number, deployed in enumerate(stays):
            yield from slots_of_deployment(
                self.programme,
                deployed,
                mission_ends=mission_end(deployed, stays[number + 1 :]),
                answered=self.known.answered(deployed.from_day),
            )
        for day in self.known.incidents:
            yield from slots_of_incident(self.programme, day)

    def _asked(self, slot: Slot) -> Asked:
        opens = slot.opens_on
        for day in self.known.days:
            if day > opens:
                break
            opens = max(opens, day + slot.rule.spacing * DAY)
        return Asked(slot, opens, self._cut(slot.rule, slot.cause))

    def _asked_in_chain(self, link: Link) -> Asked:
        slot = link.slot
        if link.replaced_on is not None:
            return Asked(slot, slot.opens_on, link.replaced_on, Reason.SUPERSEDED)
        return Asked(slot, slot.opens_on, self._cut(slot.rule, slot.cause))

    def _cut(self, rule: WindowRule, cause: date) -> date | None:
        if not rule.is_after_home:
            return None
        stays = self.known.deployments
        number = next(at for at, deployed in enumerate(stays) if deployed.from_day == cause)
        return cut_day(rule, stays[number], stays[number + 1 :], self.programme)

    def _links(self, endings: list[Ending], asked: list[Asked], used: list[Kept]) -> list[Link]:
        """What follows by the rule that counts from the last screening, if there is one."""
        rule = self.programme.rolling
        if rule is None:
            return []
        links: list[Link] = []
        for deployed in self.known.deployments:
            start = self._start(rule, deployed, endings, asked)
            if start is not None and not is_exempt(rule, deployed):
                taken = used + [link.answer for link in links if link.answer]
                links += self._chain(rule, deployed.from_day, taken).links(start)
        return links

    def _chain(self, rule: WindowRule, cause: date, used: list[Kept]) -> Chain:
        free = [each for each in self.known.without_window if each not in used]
        cut = self._cut(rule, cause)
        return Chain(self.programme, rule, cause, cut, self.known, free, self.today)

    def _start(
        self,
        rule: WindowRule,
        deployed: Deployed,
        endings: list[Ending],
        asked: list[Asked],
    ) -> date | None:
        """From which day the chain counts: how the last other window after the return ended."""
        codes = self.programme.home_codes
        ends: list[tuple[date, date | None]] = [
            (held.due_by, handed_on(rule, held, outcome))
            for held, outcome in endings
            if held.cause == deployed.from_day and held.code in codes
        ]
        for each in asked:
            if each.slot.cause == deployed.from_day and each.slot.rule.code in codes:
                is_over = self.today > each.last_day(self.programme)
                ends.append((each.slot.due_by, each.slot.due_by if is_over else None))
        return max(ends, key=lambda end: end[0])[1] if ends else deployed.until_day


def held_of(slot: Slot) -> Held:
    rule = slot.rule
    return Held(rule.code, rule.phase, slot.cause, slot.anchor_day, slot.opens_on, slot.due_by)


def _order(window: Scheduled) -> tuple[date, date, str, date]:
    return window.opens_on, window.due_by, window.code, window.cause or date.min
