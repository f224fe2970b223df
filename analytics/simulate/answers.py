"""What people answer: a graded-response model for every item, with reserve and gaps.

Samejima (1969): P(answer >= k) = logistic(slope * (level - threshold_k)). The level is the true one
less what the person holds back; a screening with a name on it is not an anonymous survey.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.simulate.latent import DIMENSIONS
from analytics.simulate.people import Flags, Floats, People

Answers = NDArray[np.int8]
MISSING = -1


@dataclass(frozen=True, slots=True)
class Form:
    """The items of one form: a slope and a first threshold each, and the gaps to the next ones."""

    code: str
    dimension: str
    items: tuple[str, ...]
    slopes: tuple[float, ...]
    firsts: tuple[float, ...]
    gaps: tuple[float, ...]
    gate: str | None = None

    @property
    def thresholds(self) -> Floats:
        """By item and step."""
        steps = np.concatenate(([0.0], np.cumsum(self.gaps)))
        return np.array(self.firsts)[:, None] + steps


def _ids(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


PC_PTSD_5 = Form(
    "pc-ptsd-5", "trauma", _ids(5), (2.2, 2.1, 2.0, 2.2, 2.0), (1.30, 1.45, 1.15, 1.45, 1.65), (),
    gate="0",
)  # fmt: skip
PHQ_9 = Form(
    "phq-9", "mood", _ids(9),
    (2.3, 2.6, 1.6, 1.8, 1.5, 2.1, 1.8, 1.7, 2.0),
    (1.05, 1.10, 0.55, 0.40, 1.05, 1.35, 1.25, 2.00, 2.72),
    (0.95, 0.75),
)  # fmt: skip
GAD_7 = Form(
    "gad-7", "worry", _ids(7),
    (2.3, 2.6, 2.4, 2.1, 1.8, 1.7, 1.9),
    (0.80, 1.15, 0.95, 0.95, 1.35, 0.75, 1.50),
    (1.00, 0.70),
)  # fmt: skip
PCL_5 = Form(
    "pcl-5", "trauma", _ids(20),
    (2.2, 2.0, 1.9, 2.3, 2.1, 2.2, 2.1, 1.5, 2.1, 2.0,
     2.2, 2.1, 2.2, 2.1, 1.8, 1.5, 1.9, 1.9, 2.1, 1.8),
    (0.95, 1.15, 1.45, 0.95, 1.15, 0.90, 1.10, 1.45, 1.20, 1.25,
     1.20, 1.05, 0.95, 1.25, 1.05, 1.70, 0.85, 1.15, 1.05, 0.65),
    (0.50, 0.55, 0.65),
)  # fmt: skip
AUDIT_C = Form(
    "audit-c", "alcohol", _ids(3), (2.0, 1.8, 2.2), (-0.80, 0.80, 1.25), (1.05, 1.00, 0.90),
)  # fmt: skip


def answer(form: Form, level: Floats, people: People, *, chance: np.random.Generator) -> Answers:
    """Answers by person, slot and item; MISSING where the person would rather not say."""
    shown = level[:, :, DIMENSIONS.index(form.dimension)] - people.concealment[:, None]
    slopes = np.array(form.slopes)
    place = shown[:, :, None, None] - form.thresholds
    at_least = 1 / (1 + np.exp(-slopes[:, None] * place))
    luck = chance.random((*shown.shape, len(form.items), 1))
    given: Answers = (luck < at_least).sum(axis=-1).astype(np.int8)
    given[_left_open(given.shape, people, chance)] = MISSING
    return given


def _left_open(shape: tuple[int, ...], people: People, chance: np.random.Generator) -> Flags:
    """Gaps are a habit: a few people leave many items open, most leave hardly any."""
    open_items: Flags = chance.random(shape) < people.skips_items[:, None, None]
    return open_items
