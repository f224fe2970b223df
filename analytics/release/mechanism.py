"""The mechanism: one draw of noise per leaf, and every total is the sum of its noisy leaves.

With one person in exactly one leaf, changing one person's answer changes one leaf by at most one.
So the table as a whole is epsilon-differentially private; the sums cost nothing more, because they
are computed from what is published (post-processing). Nothing is clamped: a bound at the leaf
would show exactly when the true count is near 0, and would make sums too large.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from analytics.release.leaves import DEFAULT_FLOOR, Group, UnitNode, places, plan
from analytics.release.noise import Noise
from analytics.release.rows import rows_of
from analytics.release.safe_table import SafeTable, hand_out_mark

LOWEST_FLOOR = 20
_MARK = hand_out_mark()


class ImpossibleCount(ValueError):
    """A unit has more people counted than it has people."""


def make_safe(
    *,
    measure: str,
    units: Sequence[UnitNode],
    strengths: Mapping[str, int],
    positives: Mapping[str, int],
    noise: Noise,
    floor: int = DEFAULT_FLOOR,
) -> SafeTable:
    """Group the units, blur each leaf once, add up.

    `strengths` and `positives` count the people directly in each unit, each person once.
    """
    _check(strengths, positives)
    if floor < LOWEST_FLOOR:
        raise ValueError(f"the floor may never be under {LOWEST_FLOOR}")
    root = plan(units, strengths, floor=floor)

    def blurred(leaf: Group) -> int:
        return sum(positives.get(unit, 0) for unit in leaf.units) + noise.draw()

    return SafeTable(
        measure=measure,
        cells=rows_of(root, leaf=blurred) if root else (),
        places=MappingProxyType(places(root)),
        floor=floor,
        epsilon=noise.epsilon,
        mechanism=noise.mechanism,
        bound=noise.bound,
        mark=_MARK,
    )


def _check(strengths: Mapping[str, int], positives: Mapping[str, int]) -> None:
    for unit, count in positives.items():
        if not 0 <= count <= strengths.get(unit, 0):
            raise ImpossibleCount(f"unit {unit} has more people counted than on its roster")
