"""Goodness of fit of the noise: Pearson's chi-square, with a limit no fair sampler passes."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from math import exp

from scipy.stats import chi2

FALSE_ALARM = 1e-9


def misfit(draw: Callable[[], int], *, epsilon: Fraction, draws: int) -> float:
    """How far the draws are from the claimed law, over the limit: above 1 is a misfit."""
    q = exp(-float(epsilon))
    reach = 0
    while draws * _tail(q, reach + 1) / 2 > 20:  # every class is expected at least 20 times
        reach += 1
    seen = Counter(max(-reach - 1, min(reach + 1, draw())) for _ in range(draws))
    wanted = {z: draws * (1 - q) / (1 + q) * q ** abs(z) for z in range(-reach, reach + 1)}
    wanted |= {side: draws * _tail(q, reach + 1) / 2 for side in (-reach - 1, reach + 1)}
    distance = sum((seen[z] - expected) ** 2 / expected for z, expected in wanted.items())
    return distance / float(chi2.isf(FALSE_ALARM, len(wanted) - 1))


def _tail(q: float, reach: int) -> float:
    """P(|Z| >= reach), for reach of at least one."""
    return 2 * q**reach / (1 + q)
