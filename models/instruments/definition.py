"""The shape of an instrument: pure data that the one scoring function reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Direction(StrEnum):
    """What a higher total means; two directions never share a chart."""

    HIGHER_IS_WORSE = "higher is worse"
    HIGHER_IS_BETTER = "higher is better"


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered question and the only values it may take, lowest first.

    `several`: more than one option may be ticked. Each option is a power of two, and an answer is
    the sum of those that were ticked; `values` are the sums that make sense together.
    """

    id: str
    values: tuple[int, ...]
    reverse: bool = False
    scored: bool = True  # an item that is not scored is never needed for completeness
    worth: tuple[int, ...] = ()  # the points of each value, where the value is not its points
    several: bool = False

    @property
    def options(self) -> tuple[int, ...]:
        """What can be ticked."""
        return tuple(value for value in self.values if not self.several or value.bit_count() == 1)

    def ticked(self, value: int) -> tuple[int, ...]:
        """The options that an answer consists of."""
        return tuple(each for each in self.options if each & value) if self.several else (value,)

    def stands_alone(self, option: int) -> bool:
        """May this option not be ticked beside another?"""
        return all(value == option or not value & option for value in self.values)

    def points(self, value: int) -> int:
        if self.worth:
            return self.worth[self.values.index(value)]
        return self.values[0] + self.values[-1] - value if self.reverse else value


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of items, times `factor`, divided by `divisor` (a mean if that is the count)."""

    items: tuple[str, ...]
    factor: int = 1
    divisor: int = 1


@dataclass(frozen=True, slots=True)
class Scale:
    """A named part of the form that is added up on its own.

    With `option`, the items on which that option is ticked are counted instead.
    """

    code: str
    items: tuple[str, ...]
    option: int | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """Items that the form itself leaves out once every `when` item has its value.

    Unanswered, they count as nothing and are not missing. What was answered all the same counts
    as answered, unless `voids`: then the published rule sets the items to zero.
    """

    when: tuple[tuple[str, int], ...]
    items: tuple[str, ...]
    voids: bool = False


@dataclass(frozen=True, slots=True)
class Some:
    """True if at least `count` of these items reach their value."""

    count: int
    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class All:
    """True if every part is true."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True if the part is false."""

    part: "Condition"


Condition = Some | All | Not


@dataclass(frozen=True, slots=True)
class Criterion:
    """A published rule other than a cut-point on the total."""

    code: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class CutPoint:
    """From where a total counts as positive, for whom, and who says so.

    Those with `default` decide `positive`; the others are published choices a site may take.
    """

    value: int
    population: str
    citation: str
    default: bool = False
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A named range that starts at `floor` and runs to the next band."""

    floor: float
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """How far a total must move before the move means something."""

    points: int
    meaning: str
    citation: str


@dataclass(frozen=True, slots=True)
class Alert:
    """An answer that a person must look at, whatever the total says."""

    item: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Loinc:
    """Verified LOINC codes only; an unknown code stays empty."""

    panel: str | None = None
    total: str | None = None
    items: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instrument:
    """One published version of one questionnaire; never edited, only followed by a new one.

    Compared and hashed by identity, so that what is worked out from it can be kept.
    """

    code: str
    version: str
    edition: str
    title: str
    recall: str
    items: tuple[Item, ...]
    direction: Direction = Direction.HIGHER_IS_WORSE
    total: Total | None = None
    scales: tuple[Scale, ...] = ()
    skips: tuple[Skip, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    positive_when: Condition | None = None
    cut_points: tuple[CutPoint, ...] = ()
    bands: tuple[Band, ...] = ()
    band_scheme: str | None = None
    triage: tuple[str, ...] = ()  # criteria that name the band of a form without a total
    changes: tuple[Change, ...] = ()
    alerts: tuple[Alert, ...] = ()
    loinc: Loinc = field(default_factory=Loinc)
    source: str
    citation: str
    licence: str
    licence_url: str
    attribution: str
    prohibits_commercial: bool
    no_changes: bool
    wording_included: bool

    @property
    def total_range(self) -> tuple[float, float]:
        """The lowest and highest total the form can give; (0, 0) for a form without one."""
        if self.total is None:
            return (0.0, 0.0)
        items = [self.item(item) for item in self.total.items]
        parts = [[item.points(value) for value in item.values] for item in items]
        share = self.total.factor / self.total.divisor
        return sum(min(part) for part in parts) * share, sum(max(part) for part in parts) * share

    def item(self, item_id: str) -> Item:
        return next(item for item in self.items if item.id == item_id)


def numbered(count: int, values: tuple[int, ...]) -> tuple[Item, ...]:
    """Items 1 to `count` that share their values."""
    return tuple(Item(str(number), values) for number in range(1, count + 1))


def ids(first: int, last: int) -> tuple[str, ...]:
    """The ids of a run of numbered items."""
    return tuple(str(number) for number in range(first, last + 1))


def each(items: tuple[str, ...], at_least: int) -> tuple[tuple[str, int], ...]:
    """The same value asked of every item of a condition."""
    return tuple((item, at_least) for item in items)
