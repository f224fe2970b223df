"""The noise is what it claims to be, and the test of that can fail."""

import random
from collections.abc import Callable
from fractions import Fraction
from math import log

import pytest

from analytics.release.noise import DiscreteLaplace
from tests.analytics.fit import misfit

HALF = Fraction(1, 2)
DRAWS = 20_000
FAST_DRAWS = 100_000
CHANCE = random.Random(20)  # noqa: S311 - planted faults, not the product's noise


def _geometric(epsilon: float) -> int:
    return int(log(1 - CHANCE.random()) / -epsilon)


def fair(epsilon: float = 0.5) -> int:
    return _geometric(epsilon) - _geometric(epsilon)


def zero_twice() -> int:
    size = int(log(1 - CHANCE.random()) / -0.5)
    return size if CHANCE.random() < 0.5 else -size


def one_sided() -> int:
    return abs(fair())


FAULTY: dict[str, Callable[[], int]] = {
    "scale too small": lambda: fair(0.55),
    "scale too large": lambda: fair(0.45),
    "epsilon and scale mixed up": lambda: fair(2.0),
    "bounded": lambda: max(-8, min(8, fair())),
    "zero comes up twice as often": zero_twice,
    "one sided": one_sided,
    "shifted": lambda: fair() + 1,
    "rounded float Laplace": lambda: round(CHANCE.choice((-1, 1)) * CHANCE.expovariate(0.5)),
    "nothing added": lambda: 0,
}


@pytest.mark.parametrize("epsilon", [HALF, Fraction(1, 10), Fraction(2), Fraction(3, 7)], ids=str)
def test_noise_follows_the_law_it_claims(epsilon):
    noise = DiscreteLaplace(epsilon)

    assert misfit(noise.draw, epsilon=epsilon, draws=DRAWS) < 1


def test_the_fit_accepts_a_fair_sampler_of_another_kind():
    assert misfit(fair, epsilon=HALF, draws=FAST_DRAWS) < 1


@pytest.mark.parametrize("fault", FAULTY)
def test_a_planted_fault_in_the_noise_is_caught(fault):
    assert misfit(FAULTY[fault], epsilon=HALF, draws=FAST_DRAWS) > 1


def test_noise_has_no_bound_and_says_so():
    noise = DiscreteLaplace(Fraction(1, 20))

    draws = [noise.draw() for _ in range(400)]

    assert noise.bound is None
    assert max(abs(draw) for draw in draws) > 40  # missed once in about 10^24 runs


@pytest.mark.parametrize("epsilon", [Fraction(0), Fraction(-1, 2), 0.5])
def test_only_a_positive_fraction_is_an_epsilon(epsilon):
    with pytest.raises(ValueError, match="positive Fraction"):
        DiscreteLaplace(epsilon)
