"""The whole made-up force: units, people, deployments, screenings and the truth behind them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.simulate import latent, people, screenings, timeline, units
from analytics.simulate.latent import DIMENSIONS, Truth
from analytics.simulate.people import Floats, People, Whole
from analytics.simulate.screenings import Screening
from analytics.simulate.timeline import Timeline
from analytics.simulate.units import Units
from analytics.simulate.words import MISSIONS
from models.programmes import load

PROGRAMME = "un-contingent"
FEWEST = 30


class ForceTooSmall(ValueError):
    """A force this small would have no unit that can be released."""


@dataclass(frozen=True, slots=True)
class Force:
    """One frame a file; `truth` is for evaluation only and is never loaded."""

    units: pd.DataFrame
    missions: pd.DataFrame
    people: pd.DataFrame
    memberships: pd.DataFrame
    deployments: pd.DataFrame
    screenings: list[Screening]
    truth: pd.DataFrame


def simulate(count: int, *, as_of: date, chance: np.random.Generator) -> Force:
    """Make a force of `count` people as it stands on the as-of day. Same generator, same force."""
    if count < FEWEST:
        raise ForceTooSmall(f"a force needs at least {FEWEST} people")
    programme = load(PROGRAMME)
    home_units = units.build(count)
    folk = people.build(home_units, as_of=as_of, chance=chance)
    times = timeline.build(folk, homes=len(home_units.homes), programme=programme, chance=chance)
    truth = latent.draw(folk, times, chance=chance)
    level = latent.levels(truth, times, chance=chance)
    return Force(
        units=home_units.table,
        missions=pd.DataFrame(MISSIONS, columns=["code", "name", "site"]),
        people=folk.table,
        memberships=_memberships(folk, times, home_units, as_of),
        deployments=_deployments(folk, times, home_units, as_of),
        screenings=screenings.hold(
            folk, timeline=times, truth=truth, level=level,
            programme=programme, as_of=as_of, chance=chance,
        ),
        truth=_truth(folk, times, truth, level),
    )  # fmt: skip


def _memberships(folk: People, times: Timeline, home: Units, as_of: date) -> pd.DataFrame:
    """One line for most; two for those who moved, the second from the day after the first."""
    homes = np.array(home.homes)
    moved = times.moved & (times.earlier_home != folk.home)
    keys = folk.table["key"]
    now = pd.DataFrame(
        {
            "person": keys,
            "unit": homes[folk.home],
            "from": _dates(np.where(moved, times.moved_on, times.joined), as_of),
            "until": "",
        }
    )
    before = pd.DataFrame(
        {
            "person": keys[moved],
            "unit": homes[times.earlier_home[moved]],
            "from": _dates(times.joined[moved], as_of),
            "until": _dates(times.moved_on[moved] - 1, as_of),
        }
    )
    return pd.concat([before, now]).sort_values(["person", "from"], ignore_index=True)


def _deployments(folk: People, times: Timeline, home: Units, as_of: date) -> pd.DataFrame:
    homes = np.array(home.homes)
    tours = [
        pd.DataFrame(
            {
                "person": folk.table["key"],
                "mission": mission,
                "unit": homes[times.home_on_tour(folk.home, tour)],
                "from": _dates(times.left[:, tour], as_of),
                "until": _dates(times.back[:, tour], as_of),
            }
        )
        for tour, (mission, _, _) in enumerate(MISSIONS)
    ]
    return pd.concat(tours).sort_values(["person", "from"], ignore_index=True)


def _truth(folk: People, times: Timeline, truth: Truth, level: Floats) -> pd.DataFrame:
    latest = {f"{name}_latest": level[:, -1, place] for place, name in enumerate(DIMENSIONS)}
    rest = {f"{name}_at_rest": truth.rest[:, place] for place, name in enumerate(DIMENSIONS)}
    columns = {
        "person": folk.table["key"],
        **rest,
        **latest,
        "shock_1": truth.shock[:, 0],
        "shock_2": truth.shock[:, 1],
        "half_life_days": truth.half_life,
        "delayed": truth.delayed.astype(int),
        "held_back": folk.concealment,
        "prior_problems": folk.prior_problems.astype(int),
        "prior_traumas": folk.prior_traumas,
        "support": folk.support,
    }
    return pd.DataFrame(columns).round(4)


def _dates(days: Whole, as_of: date) -> list[str]:
    return [(as_of + timedelta(days=int(day))).isoformat() for day in days]
