"""The values of a roster held against the site: what is known here, and what a file would do.

The same file against the same site always gives the same plan, and `canonical` says all of it,
so that what was shown can be told from what would be done now.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from welfare.policies.roster_rows import Entry, Remark, Stay

SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class KnownStay:
    id: UUID
    mission_code: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody with this number who is here, in the administrator's own units.

    `is_on_roster`: in a unit today, and not only known from before.
    """

    person_id: UUID
    identity: Mapping[str, str]
    facts: Mapping[str, Any]
    unit_id: UUID
    has_account: bool
    is_on_roster: bool
    stays: tuple[KnownStay, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What of the site matters to one file. People by the digest of their number.

    `units`: every way to name an own unit, to the units that could be meant. `elsewhere`: numbers
    that are in use where this administrator may not look. `merged`: numbers of records that were
    merged into others. `absent`: (family, given, year) of
    people of the named units who are not in the file.
    """

    digests: Mapping[str, bytes]
    units: Mapping[tuple[str, ...], tuple[UUID, ...]]
    missions: frozenset[str]
    people: Mapping[bytes, Known]
    elsewhere: frozenset[bytes]
    merged: frozenset[bytes] = frozenset()
    absent: tuple[tuple[str, str, Any], ...] = ()


Pair = tuple[Any, Any]  # before and after


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who is not here yet."""

    entry: Entry
    unit_id: UUID
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who is here, with everything that the file says differently."""

    line: int
    person_id: UUID
    identity: Mapping[str, Pair]
    facts: Mapping[str, Pair]
    unit: tuple[UUID, UUID] | None
    stays: tuple[Stay, ...]
    ended: tuple[tuple[UUID, date], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        more = (("unit", self.unit), ("deployed_from", self.stays), ("deployed_until", self.ended))
        return (*self.identity, *self.facts, *(name for name, changed in more if changed))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do. With a problem anywhere, nothing at all is done."""

    problems: tuple[Remark, ...]
    notices: tuple[Remark, ...]
    arrivals: tuple[Arrival, ...]
    changes: tuple[Change, ...]
    unchanged: int
    absent: int
    missions: tuple[str, ...]

    @property
    def does_anything(self) -> bool:
        return bool(self.arrivals or self.changes)

    @property
    def may_be_applied(self) -> bool:
        return not self.problems and self.does_anything

    def canonical(self) -> bytes:
        """All of it, the same for the same plan."""
        told = [
            [[each.line, each.column, each.code] for each in (*self.problems, *self.notices)],
            [_told(each.entry, each.unit_id, each.stays) for each in self.arrivals],
            [
                [each.line, each.person_id, each.identity, each.facts, each.unit]
                + [_told(stay) for stay in each.stays]
                + [each.ended]
                for each in self.changes
            ],
            [self.unchanged, self.absent, self.missions],
        ]
        return json.dumps(told, default=str, sort_keys=True).encode()


def _told(*values: Any) -> list[str]:
    return [repr(value) for value in values]


def unit_key(path: str) -> tuple[str, ...]:
    """How a unit is named: "Contingent / 1st Company", whatever the capitals and spaces."""
    return tuple(" ".join(name.casefold().split()) for name in path.split(SEPARATOR))
