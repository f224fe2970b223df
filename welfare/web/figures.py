"""Released figures as sentences and bars: bands and intervals, never a bare count."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from models.tables.releases import Release, ReleaseCell
from models.vocabulary import Measure
from welfare.web.charts import draw_interval

MEASURES = {
    Measure.ANY_POSITIVE_SCREEN: lazy("Share above a cut-point"),
    Measure.SCREENINGS_DUE: lazy("Checks that were due"),
}
NO_SIGNAL = "no_clear_signal"
LOWEST, HIGHEST = 0.0, 100.0  # an open end of an interval is stored as one of these
BANDS = {
    "fewer_than_1_in_20": lazy("Fewer than 1 in 20"),
    "about_1_in_20": lazy("About 1 in 20"),
    "about_1_in_10": lazy("About 1 in 10"),
    "about_1_in_7": lazy("About 1 in 7"),
    "about_1_in_5": lazy("About 1 in 5"),
    "about_1_in_4": lazy("About 1 in 4"),
    "about_1_in_3": lazy("About 1 in 3"),
    "about_2_in_5": lazy("About 2 in 5"),
    "about_half": lazy("About half"),
    "more_than_half": lazy("More than half"),
    "most": lazy("Most"),
    NO_SIGNAL: lazy("No clear signal"),
}
FINDINGS = {
    "rows": lazy("Rows in the table"),
    "leaves": lazy("Smallest units that were counted"),
    "floor": lazy("Smallest roster allowed"),
    "smallest_remainder": lazy("Smallest group left by adding and subtracting rows"),
    "remainders_below_floor": lazy("Groups below the allowed size found that way"),
    "sums_that_differ": lazy("Sums that do not add up"),
    "people_determined": lazy("People whose answer could be worked out"),
    "informed_attacker_can_be_certain": lazy("Could somebody who knows all others be certain"),
}


def period(release: Release) -> str:
    start = format_date(release.period_from, "d MMMM y")
    end = format_date(release.period_until, "d MMMM y")
    return str(_("%(start)s to %(end)s", start=start, end=end))


def rows(cells: Sequence[ReleaseCell]) -> list[dict[str, Any]]:
    """One row per unit, indented below the first; withheld rows all look the same."""
    top = min((len(cell.unit_path) for cell in cells), default=0)
    return [_row(cell, len(cell.unit_path) - top) for cell in cells]


def due_rows(cells: Sequence[ReleaseCell]) -> list[dict[str, Any]]:
    """One row per unit with its exact number of people; withheld rows all look the same."""
    top = min((len(cell.unit_path) for cell in cells), default=0)
    return [_due_row(cell, len(cell.unit_path) - top) for cell in cells]


def title(release: Release) -> str:
    return str(MEASURES[Measure(release.code)])


def headline(released: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The row of the whole, if it says something."""
    return released[0] if released and released[0]["drawing"] else None


def report(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the gate's attacks found, in words."""
    return [(str(words), _plain(found[name])) for name, words in FINDINGS.items() if name in found]


def cannot_tell() -> list[str]:
    return [
        str(_("It cannot tell you who. Nobody can work that out from it, not even with a roster.")),
        str(_("It cannot tell you who has answered and who has not.")),
        str(_("It is not a diagnosis. It counts answers above a screening cut-point.")),
        str(_("It cannot rank units. Where intervals overlap, there is no difference to see.")),
        str(_("People report less when they fear for their career. The true share may be higher.")),
    ]


def guidance() -> list[str]:
    return [
        str(_("Give time for sleep, leave and talks. Say aloud that asking for help is no fault.")),
        str(_("Ask your clinic lead what they need: rooms, time, people.")),
        str(_("A check needs a quiet place and some minutes. Plan them for everybody.")),
        str(_("Do not ask anybody whether they answered, or what.")),
    ]


def _row(cell: ReleaseCell, depth: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "unit": cell.unit_name,
        "depth": depth // 4,
        "roster": cell.roster,
        "is_withheld": cell.band is None,
        "is_unclear": cell.band == NO_SIGNAL,
        "band": "",
        "words": "",
        "drawing": None,
    }
    if cell.band is None or cell.low is None or cell.high is None:
        return row
    row["band"] = str(BANDS[cell.band])
    row["words"] = _interval(cell.low, cell.high, cell.band)
    if cell.band != NO_SIGNAL:
        middle = (cell.low + cell.high) / 2
        row["drawing"] = draw_interval(cell.low / 100, middle / 100, cell.high / 100)
    return row


def _due_row(cell: ReleaseCell, depth: int) -> dict[str, Any]:
    share = None if cell.high is None else cell.high / 100
    return {
        "unit": cell.unit_name,
        "depth": depth // 4,
        "roster": cell.roster,
        "people": cell.count,
        "drawing": None if share is None else draw_interval(0, share, share),
    }


def _interval(low: float, high: float, band: str) -> str:
    if band == NO_SIGNAL:
        return ""
    if low <= LOWEST:
        return str(_("Fewer than %(high)g\u00a0%%", high=high))
    if high >= HIGHEST:
        return str(_("More than %(low)g\u00a0%%", low=low))
    return str(_("Between %(low)g\u00a0%% and %(high)g\u00a0%%", low=low, high=high))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return str(len(value))
    return "–" if value is None else str(value)
