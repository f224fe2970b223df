"""Answers written in a row, as on a form."""

from models.instruments import find


def answers_in_order(code: str, row: str) -> dict[str, int | None]:
    """Answers written in a row, given to the items in the order of the form."""
    values = [None if cell == "-" else int(cell) for cell in row.split()]
    return dict(zip((item.id for item in find(code).items), values, strict=True))
