"""The tables, one module per noun family. Importing this package makes every mapper known."""

from models.tables import (
    accounts,
    audit,
    care,
    doors,
    letters,
    lifecycle,
    people,
    places,
    releases,
    rosters,
    screenings,
)

__all__ = [
    "accounts",
    "audit",
    "care",
    "doors",
    "letters",
    "lifecycle",
    "people",
    "places",
    "releases",
    "rosters",
    "screenings",
]
