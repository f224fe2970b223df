"""What rate lies behind a noisy count? An exact interval that holds both kinds of error.

Model: the true count is Binomial(people, rate), the published one is that plus a sum of `draws`
discrete Laplace draws. The ends are those of Clopper and Pearson (1934) for this model: the lowest
rate under which a count this high still happens in 5 % of cases, and the highest under which one
this low does. So the interval holds the rate in at least 90 % of cases, whatever the rate is.
"""

from collections.abc import Callable

import numpy as np

from analytics.statistics.noise_sums import Floats, noise_sum

CONFIDENCE = 0.90
_STEPS = 24  # halvings: finer than 0.00001 %


def interval(
    value: int, *, people: int, draws: int, epsilon: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """The ends of the interval as rates between 0 and 1, both ends possible."""
    tail = (1 - confidence) / 2
    seen = min(max(value, 0), people)  # outside 0..people the nearest possible count says as much
    counts = np.arange(people + 1)
    noise = noise_sum(epsilon, draws)
    ways = _log_ways(people)
    this_high = noise.at_least(seen - counts)
    this_low = noise.at_most(seen - counts)
    low = _crossing(lambda rate: float(_binomial(ways, rate) @ this_high) >= tail)
    high = 1 - _crossing(lambda miss: float(_binomial(ways, 1 - miss) @ this_low) >= tail)
    return low, high


def _log_ways(people: int) -> Floats:
    """log of (people choose k), for every k."""
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, people + 1)))))
    ways: Floats = logs[-1] - logs - logs[::-1]
    return ways


def _binomial(ways: Floats, rate: float) -> Floats:
    if rate in (0.0, 1.0):
        certain = np.zeros(ways.size)
        certain[-1 if rate else 0] = 1.0
        return certain
    counts = np.arange(ways.size)
    chances: Floats = np.exp(ways + counts * np.log(rate) + counts[::-1] * np.log1p(-rate))
    return chances


def _crossing(holds: Callable[[float], bool]) -> float:
    """The rate from which on `holds` is true, by halving; 0 if it always is."""
    if holds(0.0):
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return low
