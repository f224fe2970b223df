"""Whether a result differs from the one before by more than chance, by the published threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.instruments import find
from models.instruments.definition import Direction


class Move(StrEnum):
    """What a change of a total means. Without a published threshold none is called reliable."""

    WORSE = "worse"
    BETTER = "better"
    UNRELIABLE = "unreliable"  # smaller than the threshold
    UNJUDGED = "unjudged"  # no threshold is published
    NONE = "none"
    FIRST = "first"  # a change needs two
    UNKNOWN = "unknown"  # the last form was not complete


@dataclass(frozen=True, slots=True)
class Moved:
    """`by`: how far the total moved, upwards above zero; `needed`: from where it is reliable."""

    move: Move
    by: float = 0.0
    needed: float | None = None


def reliable_change(code: str) -> float | None:
    """From how many points a change of this instrument is one; None where nobody has said."""
    changes = find(code).changes
    return changes[0].points if changes else None


def moved(code: str, totals: Sequence[float | None]) -> Moved:
    """The last total against the one before; the oldest comes first. None: not complete."""
    known = [total for total in totals if total is not None]
    needed = reliable_change(code)
    if totals and totals[-1] is None:
        return Moved(Move.UNKNOWN, needed=needed)
    if len(known) < 2:
        return Moved(Move.FIRST, needed=needed)
    by = known[-1] - known[-2]
    return Moved(_move(code, by, needed), by, needed)


def _move(code: str, by: float, needed: float | None) -> Move:
    if by == 0:
        return Move.NONE
    if needed is None:
        return Move.UNJUDGED
    if abs(by) < needed:
        return Move.UNRELIABLE
    is_worse = (by > 0) == (find(code).direction is Direction.HIGHER_IS_WORSE)
    return Move.WORSE if is_worse else Move.BETTER
