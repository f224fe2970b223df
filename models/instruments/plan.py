"""What scoring needs from a definition, worked out once so that each form is only looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from models.instruments.definition import Instrument


@dataclass(frozen=True, slots=True)
class Plan:
    """Lookup tables of one instrument, by item id."""

    points: Mapping[str, Mapping[int, int]]
    least: Mapping[str, int]
    most: Mapping[str, int]
    scored: tuple[str, ...]
    cuts: tuple[tuple[str | None, int], ...]


@cache
def plan_for(instrument: Instrument) -> Plan:
    points = {
        item.id: {value: item.points(value) for value in item.values} for item in instrument.items
    }
    return Plan(
        points=points,
        least={item: min(table.values()) for item, table in points.items()},
        most={item: max(table.values()) for item, table in points.items()},
        scored=tuple(item.id for item in instrument.items if item.scored),
        cuts=tuple((cut.sex, cut.value) for cut in instrument.cut_points if cut.default),
    )
