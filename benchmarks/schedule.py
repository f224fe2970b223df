"""How fast people are scheduled anew: the pure engine, without a database, in two processes."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import Random

from benchmarks.figures import print_table, verdict
from models.programmes import Deployed, Facts, Kept, Programme, codes, load, schedule
from models.vocabulary import WindowStatus

PEOPLE = 50_000
GOAL = 30.0  # seconds for so many people, on two cores
CORES = 2
FULL, QUICK = PEOPLE, 5_000
BATCH = 2_500
LIVES = 100  # made anew for each batch; each is scheduled on as many days as the batch needs
TODAY = date(2028, 2, 29)
HEADS = ("programme", "windows each", "people per second", f"s for {PEOPLE:,}", f"goal {GOAL:g} s")


def run(kinds: list[str], *, is_quick: bool) -> None:
    """The databases play no part."""
    people = QUICK if is_quick else FULL
    with ProcessPoolExecutor(CORES) as pool:
        rows = [_measured(pool, code, people) for code in codes() if load(code).windows]
    print_table(f"Schedule, {CORES} processes; two deployments and their answers", HEADS, rows)


def _measured(pool: ProcessPoolExecutor, code: str, people: int) -> tuple[object, ...]:
    """Making the people is not measured, nor the time in which a process had to wait."""
    done = list(pool.map(partial(_batch, code), range(people // BATCH)))
    seconds = sum(each for each, _ in done) / CORES
    windows = sum(each for _, each in done) / people
    whole = seconds * PEOPLE / people
    return code, windows, people / seconds, whole, verdict(whole < GOAL)


def _batch(code: str, number: int) -> tuple[float, int]:
    programme = load(code)
    lives = [_life(programme, Random(number * LIVES + each)) for each in range(LIVES)]  # noqa: S311 - made up
    days = [TODAY - timedelta(days=back) for back in range(BATCH // LIVES)]
    began = time.process_time()
    counts = [len(schedule(life, programme, day)) for life in lives for day in days]
    return time.process_time() - began, sum(counts)


def _life(programme: Programme, chance: Random) -> Facts:
    """Two deployments; of the windows that were open in the years since, most were answered."""
    first = TODAY - timedelta(days=chance.randrange(700, 1300))
    home = first + timedelta(days=chance.randrange(150, 250))
    again = home + timedelta(days=chance.randrange(200, 500))
    facts = Facts((Deployed(first, home), Deployed(again)))
    for weeks in range(-8, 180, 16):
        day = first + timedelta(weeks=weeks)
        if day < TODAY and chance.random() < 0.8:
            facts = _answering(facts, programme, day)
    return facts


def _answering(facts: Facts, programme: Programme, day: date) -> Facts:
    windows = schedule(facts, programme, day)
    asked = [window for window in windows if window.status is WindowStatus.OPEN]
    kept = tuple(Kept(day, window.phase, window.held) for window in asked)
    return replace(facts, kept=facts.kept + kept)
