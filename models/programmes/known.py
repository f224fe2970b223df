"""What is known of a person by a day, in order, and which planned windows it has settled. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.programmes.definition import Programme
from models.programmes.facts import Deployed, Facts, Held, Kept, SetAside
from models.programmes.planning import Slot

Outcome = Kept | SetAside
Ending = tuple[Held, Outcome]
Place = tuple[str, date | None]  # code and cause: which rule, of which deployment or incident


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one person up to a day, sorted, so that their order means nothing.

    `endings`: by place, how each window that was answered or set aside ended, in the order of
    opening; a window ends once, and an answer outweighs a waiver.
    """

    deployments: tuple[Deployed, ...]
    incidents: tuple[date, ...]
    kept: tuple[Kept, ...]
    days: tuple[date, ...]  # of all that was kept
    endings: dict[Place, list[Ending]]

    @property
    def without_window(self) -> list[Kept]:
        return [each for each in self.kept if each.window is None]

    def answered(self, cause: date) -> set[str]:
        """Codes of the windows of one deployment that were answered."""
        return {
            code
            for (code, of), endings in self.endings.items()
            if of == cause and any(isinstance(outcome, Kept) for _, outcome in endings)
        }


def known_by(facts: Facts, today: date) -> Known:
    """What was kept, set aside or happened later is not known yet; a deployment may be planned."""
    kept = sorted((each for each in facts.kept if each.day <= today), key=_order)
    aside = sorted((each for each in facts.set_aside if each.day <= today), key=_aside_order)
    by_first_day = {each.from_day: each for each in sorted(facts.deployments, key=_stay_order)}
    return Known(
        deployments=tuple(by_first_day.values()),
        incidents=tuple(sorted({day for day in facts.incidents if day <= today})),
        kept=tuple(kept),
        days=tuple(each.day for each in kept),
        endings=_endings([*kept, *aside]),
    )


def without(slots: Iterable[Slot], known: Known) -> tuple[list[Slot], list[Ending]]:
    """The slots that nobody has answered or set aside, and the endings of the others.

    Each ended window takes the slot of its place that opens nearest, if the two are one: dates may
    have moved since.
    """
    left: dict[Place, list[Slot]] = {}
    for slot in slots:
        left.setdefault((slot.rule.code, slot.cause), []).append(slot)
    taken = []
    for place, endings in known.endings.items():
        for held, outcome in endings:
            same = [slot for slot in left.get(place, ()) if are_one(slot, held)]
            if same:
                left[place].remove(_nearest(same, held.opens_on))
                taken.append((held, outcome))
    return [slot for group in left.values() for slot in group], taken


def are_one(slot: Slot, held: Held) -> bool:
    """Have the two the same anchor, or at least a day in common? Else it is to be asked anew."""
    if slot.anchor_day == held.anchor_day:
        return True  # only the programme has changed
    return slot.opens_on <= held.due_by and held.opens_on <= slot.due_by


def matched(
    slots: Sequence[Slot], kept: Iterable[Kept], programme: Programme
) -> list[tuple[Slot, Kept]]:
    """Screenings without a window that answer one, each with the slot of its phase.

    It must lie in the window, or in the grace after or before it; the nearest window is taken.
    """
    left = list(slots)
    found = []
    for each in kept:
        fitting = [slot for slot in left if _fits(slot, each, programme)]
        if fitting:
            slot = _around(fitting, each.day)
            left.remove(slot)
            found.append((slot, each))
    return found


def _fits(slot: Slot, kept: Kept, programme: Programme) -> bool:
    return (
        slot.rule.phase is kept.phase
        and slot.opens_on - programme.early_for <= kept.day <= slot.due_by + programme.late_for
    )


def _nearest(slots: Sequence[Slot], opens_on: date) -> Slot:
    return min(slots, key=lambda slot: abs(slot.opens_on - opens_on))


def _around(slots: Sequence[Slot], day: date) -> Slot:
    """The slot outside of which a day lies least."""
    outside = timedelta(0)
    return min(
        slots,
        key=lambda slot: (max(slot.opens_on - day, day - slot.due_by, outside), slot.opens_on),
    )


def _endings(outcomes: Sequence[Outcome]) -> dict[Place, list[Ending]]:
    first: dict[tuple[str, date | None, date], Ending] = {}
    for outcome in outcomes:
        if (held := outcome.window) is not None:
            first.setdefault((held.code, held.cause, held.opens_on), (held, outcome))
    found: dict[Place, list[Ending]] = {}
    for (code, cause, _), each in sorted(first.items(), key=lambda entry: entry[0][2]):
        found.setdefault((code, cause), []).append(each)
    return found


def _order(kept: Kept) -> tuple[date, str, date, str, str]:
    held = kept.window
    opens, code = (held.opens_on, held.code) if held else (date.min, "")
    return kept.day, kept.phase, opens, code, str(kept.key)


def _aside_order(aside: SetAside) -> tuple[date, date, str, bool]:
    return aside.day, aside.window.opens_on, aside.window.code, aside.is_declined


def _stay_order(deployed: Deployed) -> tuple[date, date]:
    return deployed.from_day, deployed.until_day or date.max
