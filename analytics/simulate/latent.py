"""How people really are: symptoms as a continuous process that deployments push and time heals.

Each person has a resting level, made of traits. A deployment adds strain while it lasts. What is
met there adds a shock that fades with the person's own half-life; for some it hardly fades, and for
a few it comes months after return. Around this, states drift from week to week. Resilient, delayed,
recovering and chronic courses emerge; they are not drawn. The odds ratios are recalled from the
literature (see `EFFECTS`) and serve plausibility, not inference.
"""

from dataclasses import dataclass
from math import log

import numpy as np

from analytics.simulate.people import Flags, Floats, People
from analytics.simulate.timeline import Timeline

DIMENSIONS = ("trauma", "mood", "worry", "alcohol")
# Log odds become units of the latent scale by the usual factor between logit and probit.
LOGIT = 1.7
EFFECTS = {
    "female": log(1.6),
    "not_officer": log(2.2),
    "prior_problems": log(1.5),
    "prior_trauma": log(1.13),
    "support": -0.33 * LOGIT,
    "combat": log(2.1),
    "saw_death": log(3.1),
    "fired": log(4.3),
    "stressors": log(2.7),
}
MET = {"combat": 0.35, "saw_death": 0.16, "fired": 0.07, "stressors": 0.30}
# How much of a shock and of strain each dimension takes on.
SHOCK = np.array([1.0, 0.82, 0.75, 0.20])
STRAIN = np.array([0.05, 0.10, 0.20, -0.90])  # alcohol is rare in mission
DRIFT_DAYS = 60.0
DRIFT = 0.45
DELAYED_SHARE = 0.065
CHRONIC_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class Truth:
    """What nobody can see in the answers. `rest` is by dimension, shocks are by deployment."""

    rest: Floats
    shock: Floats
    half_life: Floats
    delayed: Flags
    onset: Floats
    delayed_shock: Floats


def draw(people: People, timeline: Timeline, *, chance: np.random.Generator) -> Truth:
    """Traits, what each deployment brought, and how it wears off."""
    count = people.count
    chronic = chance.random(count) < CHRONIC_SHARE
    delayed = chance.random(count) < DELAYED_SHARE
    return Truth(
        rest=_rest(people, chance),
        shock=_shocks(count, chance),
        half_life=np.where(chronic, 1500.0, chance.lognormal(log(190), 0.5, count)),
        delayed=delayed,
        onset=timeline.back[:, 0] + chance.uniform(60, 300, count),
        delayed_shock=np.where(delayed, chance.uniform(0.8, 2.2, count), 0.0),
    )


def levels(truth: Truth, timeline: Timeline, *, chance: np.random.Generator) -> Floats:
    """The true level of every person, at every screening day, in every dimension."""
    day = timeline.day.astype(float)
    pushed = _shock_left(truth, timeline, day) + _late_shock(truth, day)
    level: Floats = (
        truth.rest[:, None, :]
        + pushed[:, :, None] * SHOCK
        + _in_mission(timeline)[:, :, None] * STRAIN
        + _drift(day, chance)
    )
    return level


def _rest(people: People, chance: np.random.Generator) -> Floats:
    risk = (
        EFFECTS["female"] * people.female
        + EFFECTS["not_officer"] * ~people.officer
        + EFFECTS["prior_problems"] * people.prior_problems
        + EFFECTS["prior_trauma"] * people.prior_traumas
        + EFFECTS["support"] * people.support
    ) / LOGIT
    general = risk - risk.mean() + chance.normal(0, 0.65, people.count)
    own = chance.normal(0, [0.40, 0.40, 0.40, 0.90], (people.count, len(DIMENSIONS)))
    rest: Floats = general[:, None] * np.array([0.9, 1.0, 1.0, 0.3]) + own
    rest[:, -1] -= 0.35 * people.female
    return rest


def _shocks(count: int, chance: np.random.Generator) -> Floats:
    """How hard each deployment hit: what was met, times how it was taken."""
    dose = np.zeros((count, 2))
    for kind, share in MET.items():
        dose += EFFECTS[kind] / LOGIT * (chance.random(dose.shape) < share)
    return dose * chance.gamma(2.0, 0.55, dose.shape)


def _shock_left(truth: Truth, timeline: Timeline, day: Floats) -> Floats:
    """The sum over deployments of what is left of each shock, which comes at half time."""
    total = np.zeros(day.shape)
    for tour in range(truth.shock.shape[1]):
        middle = (timeline.left[:, tour] + timeline.back[:, tour]) / 2
        since = day - middle[:, None]
        left = 0.5 ** (np.clip(since, 0, None) / truth.half_life[:, None])
        total += np.where(since > 0, truth.shock[:, tour, None] * left, 0.0)
    return total


def _late_shock(truth: Truth, day: Floats) -> Floats:
    since = np.clip((day - truth.onset[:, None]) / 20, -30, 30)
    rising: Floats = truth.delayed_shock[:, None] / (1 + np.exp(-since))
    return rising


def _in_mission(timeline: Timeline) -> Flags:
    inside = np.zeros(timeline.day.shape, dtype=bool)
    for tour in range(timeline.left.shape[1]):
        left, back = timeline.left[:, tour, None], timeline.back[:, tour, None]
        inside |= (timeline.day >= left) & (timeline.day <= back)
    return inside


def _drift(day: Floats, chance: np.random.Generator) -> Floats:
    """A state that forgets itself in about two months (Ornstein-Uhlenbeck, seen at the days)."""
    count, slots = day.shape
    fresh = chance.normal(0, DRIFT, (count, slots, len(DIMENSIONS)))
    state = np.zeros(fresh.shape)
    state[:, 0] = fresh[:, 0]
    for slot in range(1, slots):
        gap = np.clip(day[:, slot] - day[:, slot - 1], 0, None)
        kept = np.exp(-gap / DRIFT_DAYS)[:, None]
        state[:, slot] = kept * state[:, slot - 1] + np.sqrt(1 - kept**2) * fresh[:, slot]
    return state
