"""How far off may a sum of noisy counts be? The exact distribution, by convolution.

One discrete Laplace draw has P(z) = (1 - q) / (1 + q) * q^|z| with q = exp(-epsilon), and variance
2q / (1 - q)^2 (Inusah and Kozubowski 2006). A sum of k draws is the k-fold convolution of that.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, exp, log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class NoiseSum:
    """The distribution of the sum: `chances[reach + z]` is P(sum = z)."""

    chances: Floats
    reach: int

    @property
    def variance(self) -> float:
        steps = np.arange(-self.reach, self.reach + 1)
        return float(np.dot(steps**2, self.chances))

    def at_most(self, z: Whole) -> Floats:
        """P(sum <= z), for every z."""
        below = np.concatenate(([0.0], np.cumsum(self.chances)))
        below[-1] = 1.0  # adding up may end a hair beside it
        places = np.clip(z + self.reach + 1, 0, below.size - 1)
        chance: Floats = below[places]
        return chance

    def at_least(self, z: Whole) -> Floats:
        """P(sum >= z), for every z: the distribution is the same on both sides."""
        return self.at_most(-z)


@lru_cache(maxsize=256)
def noise_sum(epsilon: float, draws: int) -> NoiseSum:
    """The distribution of the sum of `draws` independent discrete Laplace draws."""
    return NoiseSum(*_power(_single(epsilon), draws))


def _single(epsilon: float) -> Floats:
    reach = ceil(-log(NEGLIGIBLE) / epsilon)
    q = exp(-epsilon)
    chances: Floats = (1 - q) / (1 + q) * q ** np.abs(np.arange(-reach, reach + 1))
    return chances


def _power(single: Floats, draws: int) -> tuple[Floats, int]:
    """The `draws`-fold convolution, by repeated squaring."""
    total, square, left = np.ones(1), single, draws
    while left:
        if left % 2:
            total = _trimmed(np.convolve(total, square))
        square = _trimmed(np.convolve(square, square)) if left > 1 else square
        left //= 2
    return total / total.sum(), total.size // 2


def _trimmed(chances: Floats) -> Floats:
    """Drop tails that cannot matter, the same on both sides."""
    keep = np.flatnonzero(chances > NEGLIGIBLE / chances.size)
    spare = min(int(keep[0]), chances.size - 1 - int(keep[-1]))
    return chances[spare : chances.size - spare]
