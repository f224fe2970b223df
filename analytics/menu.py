"""What is released of a closed period, and nothing else: each item with its door in and its table.

`any_positive_screen` is blurred and spends of everybody's allowance; `screenings_due` is a fact of
the programme.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from analytics import due, extract
from analytics.publish import Table
from analytics.release import headline, programme_facts
from analytics.release.calendar import Period
from analytics.release.counting import Counts, count
from analytics.release.gate import FactReport, Report, examine, examine_facts
from analytics.release.leaves import DEFAULT_FLOOR, UnitNode
from analytics.release.ledger import DEFAULT
from analytics.release.mechanism import make_safe
from analytics.release.noise import DiscreteLaplace
from analytics.roster import Contingent, digest

Candidate = tuple[Table, Report | FactReport]


@dataclass(frozen=True, slots=True)
class Asking:
    """The period, the people who are counted, and the programme where a deployment names none."""

    period: Period
    among: Set[UUID]
    programme: str


@dataclass(frozen=True, slots=True)
class Item:
    """`find`: the people with the mark. `make`: the table of one contingent, and its report."""

    measure: str
    mark: str
    find: Callable[[Session, Asking], set[UUID]]
    make: Callable[[tuple[UnitNode, ...], Counts], Candidate]


@dataclass(frozen=True, slots=True)
class Counted:
    """One item for one contingent, frozen. `digest` stands for all of its input."""

    item: Item
    contingent: Contingent
    counts: Counts
    digest: bytes

    def candidate(self) -> Candidate:
        return self.item.make(self.contingent.units, self.counts)


def counted(item: Item, contingent: Contingent, people: Set[UUID]) -> Counted:
    roster = contingent.marked(item.mark, people)
    return Counted(item, contingent, count(roster, item.mark), digest(roster))


def _with_positive_screen(session: Session, asking: Asking) -> set[UUID]:
    period = asking.period
    return extract.positive(session, first=period.first, last=period.last, among=asking.among)


def _with_a_check_due(session: Session, asking: Asking) -> set[UUID]:
    return due.due(
        session,
        first=asking.period.first,
        last=asking.period.last,
        among=asking.among,
        default=asking.programme,
    )


def _blurred(units: tuple[UnitNode, ...], counts: Counts) -> Candidate:
    table = make_safe(
        measure=headline.MEASURE,
        units=units,
        strengths=counts.strengths,
        positives=counts.marked,
        noise=DiscreteLaplace(DEFAULT.headline),
    )
    return table, examine(table, strengths=counts.strengths, floor=DEFAULT_FLOOR)


def _exact(units: tuple[UnitNode, ...], counts: Counts) -> Candidate:
    table = programme_facts.count_due(units, counts)
    return table, examine_facts(table, strengths=counts.strengths)


MENU = (
    Item(headline.MEASURE, headline.MARK, _with_positive_screen, _blurred),
    Item(programme_facts.MEASURE, programme_facts.MARK, _with_a_check_due, _exact),
)
