"""Distributions and intervals, checked against other ways of computing them."""

from math import exp

import numpy as np
import pytest
from scipy import stats

from analytics.statistics.noise_sums import noise_sum
from analytics.statistics.noisy_rates import interval

EPSILON = 0.5


def spread(draws, *, size, chance):
    """Sums of discrete Laplace draws, made another way: differences of geometric draws."""
    shape = (size, draws)
    q = exp(-EPSILON)
    pieces = chance.geometric(1 - q, shape) - chance.geometric(1 - q, shape)
    return pieces.sum(axis=1)


@pytest.mark.parametrize("draws", [1, 2, 5, 22, 1000])
def test_a_sum_of_noise_is_a_distribution_with_the_known_variance(draws):
    q = exp(-EPSILON)

    total = noise_sum(EPSILON, draws)

    assert total.chances.sum() == pytest.approx(1)
    assert total.variance == pytest.approx(draws * 2 * q / (1 - q) ** 2)
    assert np.allclose(total.chances, total.chances[::-1])


def test_a_single_draw_has_the_law_of_the_discrete_laplace():
    law = stats.dlaplace(EPSILON)
    steps = np.arange(-20, 21)

    total = noise_sum(EPSILON, 1)

    assert np.allclose(total.at_most(steps), law.cdf(steps))
    assert np.allclose(total.at_least(steps), law.sf(steps - 1))
    assert total.at_most(np.array([-10_000, 10_000])).tolist() == [0.0, 1.0]


def test_a_sum_of_noise_agrees_with_draws():
    drawn = spread(5, size=100_000, chance=np.random.default_rng(3))
    total = noise_sum(EPSILON, 5)

    for step in (-10, -3, 0, 4, 12):
        chance = float(total.at_most(np.array([step]))[0])
        assert np.mean(drawn <= step) == pytest.approx(chance, abs=0.01)


@pytest.mark.parametrize(("people", "draws"), [(30, 1), (60, 1), (155, 4), (800, 20)])
@pytest.mark.parametrize("rate", [0.02, 0.12, 0.30, 0.5, 0.97])
def test_the_interval_holds_the_rate_in_at_least_nine_cases_of_ten(people, draws, rate):
    counts = np.arange(people + 1)
    chance_of_count = stats.binom(people, rate).pmf(counts)
    noise = noise_sum(EPSILON, draws)
    covered = 0.0
    for value in range(-noise.reach, people + noise.reach + 1):
        low, high = interval(value, people=people, draws=draws, epsilon=EPSILON)
        if low <= rate <= high:
            steps = value - counts
            chance = noise.at_most(steps) - noise.at_most(steps - 1)
            covered += float(chance_of_count @ chance)

    assert 0.90 - 1e-6 <= covered < 0.995


def test_without_noise_to_speak_of_the_interval_is_that_of_clopper_and_pearson():
    low, high = interval(12, people=100, draws=1, epsilon=40.0)

    assert low == pytest.approx(stats.beta.ppf(0.05, 12, 89), abs=1e-5)
    assert high == pytest.approx(stats.beta.ppf(0.95, 13, 88), abs=1e-5)


def test_more_noise_and_fewer_people_make_the_interval_wider():
    def width(value, people, draws):
        low, high = interval(value, people=people, draws=draws, epsilon=EPSILON)
        return high - low

    assert width(24, 120, 1) < width(24, 120, 4)
    assert width(48, 240, 1) < width(24, 120, 1) < width(12, 60, 1)


@pytest.mark.parametrize(("value", "as_if"), [(-9, 0), (70, 60)])
def test_an_impossible_value_says_as_much_as_the_nearest_possible_one(value, as_if):
    def ends(value):
        return interval(value, people=60, draws=1, epsilon=EPSILON)

    assert ends(value) == ends(as_if)
