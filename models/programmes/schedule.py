"""From a deployment and a programme to the windows in which a person is asked. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.programmes.definition import Anchor, Programme, WindowRule
from models.vocabulary import Phase


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    code: str
    phase: Phase
    opens_on: date
    due_by: date


def plan(programme: Programme, *, from_day: date, until_day: date | None) -> list[PlannedWindow]:
    """Every window of one deployment, earliest first.

    Without a day of return only the windows before departure and in mission can be planned.
    """
    planned = [
        window
        for rule in programme.windows
        for window in _of_rule(rule, from_day=from_day, until_day=until_day)
    ]
    return sorted(planned, key=lambda window: (window.opens_on, window.code))


def _of_rule(
    rule: WindowRule, *, from_day: date, until_day: date | None
) -> Iterator[PlannedWindow]:
    anchor = from_day if rule.anchor is Anchor.DEPARTURE else until_day
    if anchor is None:
        return
    for turn in range(rule.times):
        opens = anchor + timedelta(days=rule.opens + turn * rule.every)
        due = anchor + timedelta(days=rule.due + turn * rule.every)
        if rule.phase is Phase.DURING and until_day is not None and due > until_day:
            return  # home before it would be due: the return window asks instead
        yield PlannedWindow(rule.code, rule.phase, opens, due)
