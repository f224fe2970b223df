"""Noise for tests that is no noise: a fixed blur, and a count of how often it was asked for."""

from fractions import Fraction


class SteadyNoise:
    """Adds the same whole number each time. Its bound tells the truth, so the gate sees it."""

    def __init__(self, blur: int = 0, *, bound: int | None = 0) -> None:
        self.blur = blur
        self.bound = bound
        self.drawn = 0
        self.epsilon = Fraction(1, 2)
        self.mechanism = "steady/test"

    def draw(self) -> int:
        self.drawn += 1
        return self.blur


class RisingNoise(SteadyNoise):
    """Gives 1, 2, 3 and so on, so that a figure drawn twice can be told from its first draw."""

    def draw(self) -> int:
        self.drawn += 1
        return self.drawn
