"""A plain table of figures, and the few statistics that the benchmarks share."""

from collections.abc import Sequence
from statistics import median, quantiles

Row = Sequence[object]


def print_table(title: str, heads: Row, rows: Sequence[Row]) -> None:
    """The title, then columns as wide as their widest cell; numbers stand to the right."""
    lines = [[_text(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    print(f"\n{title}")
    for line in lines:
        first, *rest = (cell for cell in zip(line, widths, strict=True))
        print("  " + "  ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in rest)]))


def share(part: Sequence[float], whole: Sequence[float]) -> float:
    """The median of the ratios of rounds that were run side by side."""
    return median(mine / floor for mine, floor in zip(part, whole, strict=True))


def percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1]


def verdict(is_met: bool) -> str:
    return "met" if is_met else "NOT MET"


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell >= 100 else f"{cell:.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
