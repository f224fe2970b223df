"""Which groups a release shows: the finest units that are large enough by roster.

The rule is fixed, so the same tree always gives the same groups:

1. A unit's parts are its sub-units with people, and its own staff (those directly in it).
2. Parts are put in the order of their codes. The first part below the floor joins the next
   part; the last one joins the part before it. This repeats until no part is below the floor.
3. Joined units are one group. Inside it, the parts of its larger members are shown where they
   can be; the small member joins the first or last of them by the same rule.
4. Where only one part is left, there is nothing to tell apart: only the parent is shown.

A person is in exactly one leaf, and every other group is a union of leaves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

DEFAULT_FLOOR = 30


class BrokenTree(ValueError):
    """The units do not form one tree, or the roster names a unit that is not in it."""


@dataclass(frozen=True, slots=True)
class UnitNode:
    """One unit as the roster knows it: its code, its parent (None at the root), its name."""

    code: str
    parent: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """One unit inside a group: all of it, or only the staff directly in it."""

    unit: str
    name: str
    roster: int
    line: tuple[str, ...]  # the codes from the root down to this unit
    staff_only: bool = False

    @property
    def key(self) -> str:
        return f"{self.unit}/staff" if self.staff_only else self.unit


@dataclass(frozen=True, slots=True)
class Stand:
    """A unit under whose name a group is shown, and the names of those counted with it.

    A star marks that only a unit's own staff is meant.
    """

    unit: str
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a release. `units` are the units whose own people are counted in it.

    It stands under the largest unit that is in it as a whole and lies below that of the group
    above. It also stands under a lower unit that, with the small ones joined to it, is the same
    people over again. So rows under sister units never share a person, and they can be added up.
    """

    members: tuple[Member, ...]
    units: tuple[str, ...]
    roster: int
    stands: tuple[Stand, ...]
    parts: tuple["Group", ...] = ()

    @property
    def key(self) -> str:
        return "+".join(member.key for member in self.members)

    @property
    def is_leaf(self) -> bool:
        return not self.parts

    def walk(self) -> Iterator["Group"]:
        """This group and all below it, parents first."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class _Part:
    """A candidate: some members, the people in them, and the parts each member would split into."""

    members: tuple[Member, ...]
    units: tuple[str, ...]
    roster: int
    inner: tuple["_Part", ...]


def plan(
    units: Sequence[UnitNode], strengths: Mapping[str, int], *, floor: int = DEFAULT_FLOOR
) -> Group | None:
    """The groups to publish as one tree, or None when even the root is below the floor."""
    root, below = _tree(units)
    if unknown := set(strengths) - {unit.code for unit in units}:
        raise BrokenTree(f"the roster names unknown units: {sorted(unknown)}")
    whole = _measure(root, (), below, strengths)
    return _split(whole, floor, root.code) if whole.roster >= floor else None


def places(group: Group | None) -> dict[str, tuple[str, Stand]]:
    """By unit: the key of the group that is shown under its name. Units without are not shown."""
    rows = group.walk() if group else ()
    return {stand.unit: (row.key, stand) for row in rows for stand in row.stands}


def _tree(units: Sequence[UnitNode]) -> tuple[UnitNode, Mapping[str | None, list[UnitNode]]]:
    below: dict[str | None, list[UnitNode]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: unit.code):
        below[unit.parent].append(unit)
    if len(below[None]) != 1:
        raise BrokenTree("a release needs exactly one root unit")
    root = below[None][0]
    if sorted(_codes_below(root.code, below)) != sorted(unit.code for unit in units):
        raise BrokenTree("not every unit hangs under the root")
    return root, below


def _codes_below(code: str, below: Mapping[str | None, list[UnitNode]]) -> Iterator[str]:
    yield code
    for child in below.get(code, ()):
        yield from _codes_below(child.code, below)


def _measure(
    unit: UnitNode,
    above: tuple[str, ...],
    below: Mapping[str | None, list[UnitNode]],
    strengths: Mapping[str, int],
) -> _Part:
    line = (*above, unit.code)
    inner = [_measure(child, line, below, strengths) for child in below.get(unit.code, ())]
    own = strengths.get(unit.code, 0)
    if own and inner:
        inner.insert(0, _staff(unit, line, own))
    inner = [part for part in inner if part.roster]
    units = tuple(code for part in inner for code in part.units) or (unit.code,)
    roster = sum(part.roster for part in inner) if inner else own
    return _Part((Member(unit.code, unit.name, roster, line),), units, roster, tuple(inner))


def _staff(unit: UnitNode, line: tuple[str, ...], own: int) -> _Part:
    member = Member(unit.code, unit.name, own, line, staff_only=True)
    return _Part((member,), (unit.code,), own, ())


def _split(whole: _Part, floor: int, within: str) -> Group:
    parts, again = _shown_parts(whole, floor)
    stands: list[Stand] = []
    for part in (whole, *again):
        host = _host(part.members, within)
        if host and (part is whole or host.roster >= floor):
            stands.append(_stand(host, part.members))
            within = host.unit
    groups = tuple(_split(part, floor, within) for part in parts)
    return Group(whole.members, whole.units, whole.roster, tuple(stands), groups)


def _host(members: tuple[Member, ...], within: str) -> Member | None:
    possible = [member for member in members if within in member.line and not member.staff_only]
    return max(possible, key=lambda member: member.roster, default=None)


def _stand(host: Member, members: tuple[Member, ...]) -> Stand:
    others = [member for member in members if member is not host]
    return Stand(
        host.unit,
        tuple(f"{other.name}*" if other.staff_only else other.name for other in others),
    )


def _shown_parts(whole: _Part, floor: int) -> tuple[list[_Part], list[_Part]]:
    """The parts a reader may tell apart, and the single ones that are the whole over again."""
    again: list[_Part] = []
    inner = whole.inner
    parts = _joined(inner, floor)
    while len(parts) == 1:  # the parent over again: look inside it
        again += parts
        if parts[0].inner in ((), inner):
            return [], again
        inner = parts[0].inner
        parts = _joined(inner, floor)
    return parts, again


def _joined(parts: Iterable[_Part], floor: int) -> list[_Part]:
    """Join every part below the floor to its neighbour in the order given."""
    row = list(parts)
    while len(row) > 1 and (small := _first_below(row, floor)) is not None:
        left = min(small, len(row) - 2)
        row[left : left + 2] = [_together(row[left], row[left + 1], floor)]
    return row


def _first_below(row: Sequence[_Part], floor: int) -> int | None:
    return next((place for place, part in enumerate(row) if part.roster < floor), None)


def _together(left: _Part, right: _Part, floor: int) -> _Part:
    """Two neighbours as one group, which may split where the larger one would."""
    inner = tuple(
        piece
        for side in (left, right)
        for piece in (side.inner if side.inner and side.roster >= floor else (side,))
    )
    return _Part(
        left.members + right.members, left.units + right.units, left.roster + right.roster, inner
    )
