"""When things happen: deployments, moves between units, and the days of the screenings.

All days are whole numbers counted from the as-of day, so a past day is negative. Whole companies
leave and come back together. The windows are those of the screening programme itself.
"""

from dataclasses import dataclass

import numpy as np

from analytics.simulate.people import Flags, People, Whole
from models.programmes import Programme, WindowRule
from models.programmes.definition import Anchor
from models.vocabulary import Phase

TOUR = 196
DEPLOYMENTS = (1, 2)
SLOTS = (
    *((1, phase) for phase in (Phase.PRE, Phase.DURING, Phase.RETURN, Phase.POST, Phase.ANNUAL)),
    *((2, phase) for phase in (Phase.PRE, Phase.DURING, Phase.RETURN, Phase.POST)),
)
# How often a screening is missed by someone of average habit.
MISSED = {
    Phase.PRE: 0.08,
    Phase.DURING: 0.15,
    Phase.RETURN: 0.10,
    Phase.POST: 0.20,
    Phase.ANNUAL: 0.35,
}
USUAL_HABIT = 0.15  # the mean of `People.skips_screenings`
WAVE = 40  # the current post-deployment wave began this many days ago
STILL_DUE = 0.47  # and so many have not answered yet


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows are people. `left`, `back`: by deployment. `day`, `happened`: by slot."""

    left: Whole
    back: Whole
    moved: Flags
    moved_on: Whole
    earlier_home: Whole
    joined: Whole
    day: Whole
    happened: Flags

    def home_on_tour(self, home: Whole, tour: int) -> Whole:
        """The unit people were in on their first (0) or second (1) deployment."""
        return np.where(self.moved, self.earlier_home, home) if tour == 0 else home


def build(
    people: People, *, homes: int, programme: Programme, chance: np.random.Generator
) -> Timeline:
    """Deployments by company with a spread of days by person, then the screening days."""
    left, back = _tours(people, chance)
    rules = {rule.phase: rule for rule in reversed(programme.windows)}
    day = _days(left, back, rules, chance)
    between = left[:, 1] - back[:, 0]
    return Timeline(
        left=left,
        back=back,
        moved=chance.random(people.count) < 0.12,
        moved_on=back[:, 0] + (between * chance.uniform(0.2, 0.7, people.count)).astype(int),
        earlier_home=chance.integers(homes, size=people.count),
        joined=left[:, 0] - chance.integers(90, 900, people.count),
        day=day,
        happened=_happened(people, day=day, left=left, back=back, rules=rules, chance=chance),
    )


def _tours(people: People, chance: np.random.Generator) -> tuple[Whole, Whole]:
    companies = int(people.company.max()) + 1
    back_2 = -chance.integers(108, 163, size=companies)
    back_1 = back_2 - TOUR - chance.integers(500, 640, size=companies)
    together = np.stack([back_1, back_2], axis=1)[people.company]
    spread = chance.integers(-5, 6, size=together.shape)
    early = chance.random(together.shape) < 0.05  # sent home before the others
    back = together + spread - np.where(early, chance.integers(40, 90, together.shape), 0)
    left = together - TOUR + chance.integers(-3, 4, size=together.shape)
    return left, back


def _days(
    left: Whole, back: Whole, rules: dict[Phase, WindowRule], chance: np.random.Generator
) -> Whole:
    days = [_day_in(rules[phase], left[:, tour - 1], back[:, tour - 1], chance)
            for tour, phase in SLOTS]  # fmt: skip
    opens = back[:, 1] + rules[Phase.POST].opens
    earliest = np.maximum(opens, -WAVE)
    days[-1] = earliest + (chance.random(left.shape[0]) * -earliest).astype(int)
    return np.stack(days, axis=1)


def _day_in(rule: WindowRule, left: Whole, back: Whole, chance: np.random.Generator) -> Whole:
    """A day inside the window; after a return people are asked once they are home."""
    anchor = left if rule.anchor is Anchor.DEPARTURE else back
    opens = max(rule.opens, 2) if rule.anchor is Anchor.RETURN else rule.opens
    return anchor + chance.integers(opens, rule.due + 1, left.size)


def _happened(
    people: People,
    *,
    day: Whole,
    left: Whole,
    back: Whole,
    rules: dict[Phase, WindowRule],
    chance: np.random.Generator,
) -> Flags:
    """Who was screened. Before the last wave people only miss; in it half are still due."""
    usual = np.array([MISSED[phase] for _, phase in SLOTS])
    missed = np.clip(usual * people.skips_screenings[:, None] / USUAL_HABIT, 0, 0.9)
    missed[:, -1] = np.clip(STILL_DUE + people.skips_screenings - USUAL_HABIT, 0, 0.9)
    possible = day < 0
    possible[:, -1] &= back[:, 1] + rules[Phase.POST].opens < 0
    for slot, (tour, phase) in enumerate(SLOTS):
        if phase is Phase.DURING:  # home before it was due: the return window asks instead
            possible[:, slot] &= left[:, tour - 1] + rules[phase].due <= back[:, tour - 1]
    happened: Flags = (chance.random(day.shape) >= missed) & possible
    return happened
