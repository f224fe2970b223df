"""What scoring gives back, and how it refuses."""

from dataclasses import dataclass


class AnswerRefused(ValueError):
    """An answer that the form does not offer. Names the item, never the value given."""

    def __init__(self, instrument: str, item: str, reason: str) -> None:
        super().__init__(f"{instrument}.{item}: {reason}")
        self.instrument = instrument
        self.item = item
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Result:
    """One scored form. None means unknown, and never stands for no or for zero.

    `answered` counts the scored items that were answered. `positive` is also None for an
    instrument without a cut-point.
    """

    instrument: str
    version: str
    complete: bool
    answered: int
    total: int | float | None
    scales: dict[str, int | None]
    criteria: dict[str, bool | None]
    band: str | None
    positive: bool | None
    alerts: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values in a fixed order, ready to be written as JSON."""
        return {
            "instrument": self.instrument,
            "version": self.version,
            "complete": self.complete,
            "answered": self.answered,
            "total": self.total,
            "scales": dict(self.scales),
            "criteria": dict(self.criteria),
            "band": self.band,
            "positive": self.positive,
            "alerts": list(self.alerts),
        }
