"""The tables, one module per noun family. Importing this package makes every mapper known."""

from models.tables import (
    accounts,
    audit,
    care,
    letters,
    people,
    places,
    releases,
    screenings,
)

__all__ = [
    "accounts",
    "audit",
    "care",
    "letters",
    "people",
    "places",
    "releases",
    "screenings",
]
