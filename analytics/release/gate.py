"""The gate: attacks on the very table that is about to be published, by someone with the roster.

It uses only what an attacker has: the table and the strength of every unit. It never looks at the
true counts, so neither its answer nor its stored report costs privacy.

Differencing. Units that lie in exactly the same rows form an atom. Whatever can be built from the
rows by union, intersection and subtraction is a union of atoms. So no remainder is under the floor
if and only if no atom is; one look at each atom replaces trying all combinations.

Reconstruction. The leaves share nobody and every other row is a sum of leaves, so a row above says
nothing more than its leaves do, and each leaf can be attacked alone. From a published v and noise
of at most b, the true count c of n people can be any whole number in max(0, v-b)..min(n, v+b), and
0..n when the noise has no bound. Everyone in a leaf is alike to the attacker, so a person can be
positive if some possible c is at least 1, and negative if some possible c is at most n-1. Somebody
is determined if and only if one of these fails. That is the full integer programme, solved by hand.

The informed attacker knows everybody's answer but one. Two worlds then remain, c and c+1. With
noise without a bound both can give every v; with a bound some v rules one of them out for certain.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from analytics.release.programme_facts import FactTable
from analytics.release.rows import Cell
from analytics.release.safe_table import SafeTable

GATE_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Report:
    """What the attacks found. It is stored with the release and read by those who approve it."""

    gate: str
    floor: int
    rows: int
    leaves: int
    smallest_remainder: int | None
    remainders_below_floor: tuple[str, ...]
    sums_that_differ: tuple[str, ...]
    people_determined: int
    informed_attacker_can_be_certain: bool
    mechanism: str
    epsilon: str

    @property
    def passed(self) -> bool:
        return not (
            self.remainders_below_floor
            or self.sums_that_differ
            or self.people_determined
            or self.informed_attacker_can_be_certain
        )

    def as_record(self) -> dict[str, object]:
        """The report as plain values, ready to be stored."""
        return asdict(self) | {"passed": self.passed}


@dataclass(frozen=True, slots=True)
class FactReport:
    """What was looked for in a table of programme facts. Nobody's answer is in it to be found."""

    gate: str
    floor: int
    rows: int
    leaves: int
    smallest_remainder: int | None
    remainders_below_floor: tuple[str, ...]
    sums_that_differ: tuple[str, ...]
    mechanism: str
    epsilon: str

    @property
    def passed(self) -> bool:
        return not (self.remainders_below_floor or self.sums_that_differ)

    def as_record(self) -> dict[str, object]:
        """The report as plain values, ready to be stored."""
        return asdict(self) | {"passed": self.passed}


def examine_facts(table: FactTable, *, strengths: Mapping[str, int]) -> FactReport:
    """Differencing and sums: a remainder under the floor would be a list of names."""
    atoms = _atoms(table.cells, strengths)
    return FactReport(
        gate=GATE_VERSION,
        floor=table.floor,
        rows=len(table.cells),
        leaves=sum(cell.is_leaf for cell in table.cells),
        smallest_remainder=min(atoms.values(), default=None),
        remainders_below_floor=_below(atoms, table.floor),
        sums_that_differ=_sums_that_differ(table.cells),
        mechanism=table.mechanism,
        epsilon=str(table.epsilon),
    )


def examine(table: SafeTable, *, strengths: Mapping[str, int], floor: int) -> Report:
    """Run every attack on the table; `strengths` counts the people directly in each unit."""
    atoms = _atoms(table.cells, strengths)
    leaves = [cell for cell in table.cells if cell.is_leaf]
    return Report(
        gate=GATE_VERSION,
        floor=floor,
        rows=len(table.cells),
        leaves=len(leaves),
        smallest_remainder=min(atoms.values(), default=None),
        remainders_below_floor=_below(atoms, floor),
        sums_that_differ=_sums_that_differ(table.cells),
        people_determined=sum(_determined(leaf, table.bound) for leaf in leaves),
        informed_attacker_can_be_certain=bool(leaves) and table.bound is not None,
        mechanism=table.mechanism,
        epsilon=str(table.epsilon),
    )


def _atoms(cells: Sequence[Cell], strengths: Mapping[str, int]) -> dict[str, int]:
    """The people in each set of units that no row tells apart, named by its units."""
    rows_of: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        for unit in cell.units:
            rows_of[unit].add(cell.key)
    together: dict[frozenset[str], list[str]] = defaultdict(list)
    for unit, rows in rows_of.items():
        together[frozenset(rows)].append(unit)
    return {
        "+".join(sorted(units)): sum(strengths.get(unit, 0) for unit in units)
        for units in together.values()
    }


def _below(atoms: Mapping[str, int], floor: int) -> tuple[str, ...]:
    return tuple(sorted(key for key, size in atoms.items() if size < floor))


def _sums_that_differ(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Rows whose value or strength is not the sum of their parts' to the digit."""
    parts: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.parent is not None:
            parts[cell.parent].append(cell)
    return tuple(
        cell.key
        for cell in cells
        if cell.key in parts and _sum(parts[cell.key]) != (cell.value, cell.roster, cell.leaves)
    )


def _sum(cells: list[Cell]) -> tuple[int, int, int]:
    return (
        sum(cell.value for cell in cells),
        sum(cell.roster for cell in cells),
        sum(cell.leaves for cell in cells),
    )


def _determined(leaf: Cell, bound: int | None) -> int:
    """How many people of this leaf have only one possible status: all of them or nobody."""
    if bound is None:
        return 0
    lowest, highest = max(0, leaf.value - bound), min(leaf.roster, leaf.value + bound)
    return leaf.roster if highest <= 0 or lowest >= leaf.roster else 0
