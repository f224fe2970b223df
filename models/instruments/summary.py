"""The last few results of a person, kept sealed so that a list opens one value per person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.instruments.payload import Payload
from models.vocabulary import Phase

POINTS_KEPT = 6  # per instrument
SIZE = 2048  # bytes; one size for everybody


@dataclass(frozen=True, slots=True)
class Point:
    """One past result of one instrument. `total` None: not complete."""

    day: date
    total: float | None
    positive: bool | None
    phase: Phase


def add_results(
    summary: Mapping[str, Any] | None, payload: Payload, *, day: date, phase: Phase
) -> dict[str, Any]:
    """The summary (as sealed, or None) with this payload's results, oldest first."""
    added = dict(summary or {})
    for response in payload.responses:
        point = [
            day.isoformat(),
            response.result.total,
            response.result.positive,
            phase.value,
        ]
        points = [*added.get(response.instrument, []), point]
        points.sort(key=lambda each: str(each[0]))
        added[response.instrument] = points[-POINTS_KEPT:]
    return added


def read_results(summary: Mapping[str, Any] | None) -> dict[str, list[Point]]:
    """Instrument code to results, oldest first."""
    return {
        code: [
            Point(date.fromisoformat(day), total, positive, Phase(phase))
            for day, total, positive, phase in points
        ]
        for code, points in (summary or {}).items()
    }
