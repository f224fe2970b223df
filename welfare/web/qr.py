"""A link as a QR code: one path in a drawing, so that the page needs no picture from elsewhere."""

from typing import NamedTuple

import segno

BORDER = 4  # modules of white that a reader needs around the code


class Drawing(NamedTuple):
    """The side of the drawing in modules, and the dark ones as an SVG path."""

    side: int
    path: str


def draw(text: str) -> Drawing:
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    dark = (
        f"M{x + BORDER} {y + BORDER}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, module in enumerate(row)
        if module
    )
    return Drawing(len(rows) + 2 * BORDER, "".join(dark))
