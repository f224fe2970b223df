"""From a deployment or an incident to the windows that a programme counts from it. Pure."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

from models.programmes.definition import Anchor, Programme, WindowRule
from models.programmes.facts import Deployed
from models.vocabulary import Phase

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    code: str
    phase: Phase
    anchor_day: date
    opens_on: date
    due_by: date


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one window in the plan: of which rule, caused by what, from when to when."""

    rule: WindowRule
    cause: date
    anchor_day: date
    opens_on: date
    due_by: date


def plan(programme: Programme, *, from_day: date, until_day: date | None) -> list[PlannedWindow]:
    """Every window of one deployment, earliest first, before anybody has answered anything.

    Without a day of return only the windows before departure and in mission can be planned.
    Windows after an incident, after the last screening or after a finding are not: see `schedule`.
    """
    slots = slots_of_deployment(programme, Deployed(from_day, until_day), mission_ends=until_day)
    planned = [
        PlannedWindow(slot.rule.code, slot.rule.phase, slot.anchor_day, slot.opens_on, slot.due_by)
        for slot in slots
    ]
    return sorted(planned, key=lambda window: (window.opens_on, window.code))


def slots_of_deployment(
    programme: Programme,
    deployed: Deployed,
    *,
    mission_ends: date | None,
    answered: Set[str] = NOTHING,
) -> list[Slot]:
    """Its windows under a programme, but for those that count from the last screening.

    `mission_ends`: nothing is due in mission after this day. `answered`: codes of the windows of
    this deployment that were answered; of a window and its alternative, the answered one stays.
    """
    days = _anchor_days(programme, deployed)
    replaced = _replaced(programme, deployed, answered)
    return [
        slot
        for rule in programme.windows
        if rule.code not in replaced and not is_exempt(rule, deployed)
        for slot in _turns(rule, days, cause=deployed.from_day, mission_ends=mission_ends)
    ]


def slots_of_incident(programme: Programme, day: date) -> list[Slot]:
    days = {Anchor.INCIDENT: day}
    return [
        slot
        for rule in programme.windows
        for slot in _turns(rule, days, cause=day, mission_ends=None)
    ]


def is_exempt(rule: WindowRule, deployed: Deployed) -> bool:
    """Is the deployment known to be too short for this window? Not knowing is no exemption.

    Its length is the number of days from the departure to the return.
    """
    if deployed.until_day is None or not rule.exempt_days:
        return False
    return (deployed.until_day - deployed.from_day).days <= rule.exempt_days


def _anchor_days(programme: Programme, deployed: Deployed) -> dict[Anchor, date | None]:
    back = deployed.until_day
    leave_end = deployed.leave_end or back
    if back is not None and deployed.leave_end is None:
        leave_end = back + programme.leave
    return {
        Anchor.DEPARTURE: deployed.from_day,
        Anchor.RETURN: back,
        Anchor.LEAVE_END: leave_end if back is not None else None,
    }


def _replaced(programme: Programme, deployed: Deployed, answered: Set[str]) -> set[str]:
    """Of every window and its alternative, the code of the one that is not asked."""
    replaced = set()
    for rule in programme.windows:
        if rule.instead_of is None:
            continue
        takes_place = rule.code in answered or (
            deployed.finding and rule.instead_of not in answered
        )
        replaced.add(rule.instead_of if takes_place else rule.code)
    return replaced


def _turns(
    rule: WindowRule,
    days: Mapping[Anchor, date | None],
    *,
    cause: date,
    mission_ends: date | None,
) -> Iterator[Slot]:
    anchor = days.get(rule.anchor)
    due_anchor = days.get(rule.due_anchor or rule.anchor)
    if anchor is None or due_anchor is None:
        return
    in_mission = rule.phase is Phase.DURING and rule.anchor is Anchor.DEPARTURE
    for turn in range(rule.times):
        opens = anchor + timedelta(days=rule.opens + turn * rule.every)
        due = due_anchor + timedelta(days=rule.due + turn * rule.every)
        if in_mission and mission_ends is not None and due > mission_ends:
            return  # home before it would be due: the return window asks instead
        yield Slot(rule, cause, anchor, opens, max(opens, due))  # a leave may end before it began
