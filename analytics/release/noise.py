"""Exact discrete Laplace noise: whole numbers only, drawn from the operating system.

Source: Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020
(arXiv:2004.00010), Algorithms 1 and 2. P(x) is proportional to exp(-epsilon * |x|). There is no
floating point, so nothing can leak through its rounding (Mironov 2012).
"""

from dataclasses import dataclass
from fractions import Fraction
from secrets import randbelow
from typing import Protocol


class Noise(Protocol):
    """What the mechanism needs to know about the noise it is given."""

    @property
    def epsilon(self) -> Fraction: ...

    @property
    def mechanism(self) -> str: ...

    @property
    def bound(self) -> int | None:
        """The largest distance a draw can have; None where any distance can happen."""
        ...

    def draw(self) -> int: ...


@dataclass(frozen=True, slots=True)
class DiscreteLaplace:
    """Noise that makes a count private with `epsilon`, if one person changes it by one at most."""

    epsilon: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.epsilon, Fraction) or self.epsilon <= 0:
            raise ValueError("epsilon must be a positive Fraction")

    @property
    def mechanism(self) -> str:
        return "discrete-laplace/1"

    @property
    def bound(self) -> None:
        return None

    def draw(self) -> int:
        """One draw (Algorithm 2 with t = denominator and s = numerator of epsilon)."""
        steps, size = self.epsilon.denominator, self.epsilon.numerator
        while True:
            start = randbelow(steps)
            if not _coin_exp(Fraction(start, steps)):
                continue
            distance = (start + steps * _run_of_exp_coins()) // size
            negative = randbelow(2) == 1
            if not (negative and distance == 0):  # else zero would come up twice as often
                return -distance if negative else distance


def _coin_exp(rate: Fraction) -> bool:
    """True with probability exp(-rate), for 0 <= rate <= 1 (Algorithm 1)."""
    count = 1
    while _coin(rate / count):
        count += 1
    return count % 2 == 1


def _run_of_exp_coins() -> int:
    run = 0
    while _coin_exp(Fraction(1)):
        run += 1
    return run


def _coin(chance: Fraction) -> bool:
    return randbelow(chance.denominator) < chance.numerator
