"""The privacy ledger's rule: how much may still be told about a person within twelve months.

Each release that counts a person spends its epsilon on that person, whatever the person answered.
Spending adds up (sequential composition, Dwork and others 2006), so a cap on the sum caps what
anyone can learn: with 1.5 a suspicion of 12 % can grow to at most 38 % (odds times e^1.5).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Generic, TypeVar

Person = TypeVar("Person", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one preset may spend: per headline release, and per person in any twelve months."""

    headline: Fraction
    cap: Fraction


DEFAULT = Allowance(headline=Fraction(1, 2), cap=Fraction(3, 2))


@dataclass(frozen=True, slots=True)
class Spending(Generic[Person]):
    """One line of the ledger: on that day a release told something about that person."""

    person: Person
    epsilon: Fraction
    day: date


def counted_from(day: date) -> date:
    """The first day that still counts on `day`: the same day one year before, and itself counted.

    The 29th of February counts back to the 28th, so that the window is never shorter than a year.
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def spent(lines: Iterable[Spending[Person]], *, on: date) -> dict[Person, Fraction]:
    """What each person has spent. Lines dated after `on` count too: a clock may have been wrong."""
    first = counted_from(on)
    totals: dict[Person, Fraction] = defaultdict(Fraction)
    for line in lines:
        if line.day >= first:
            totals[line.person] += line.epsilon
    return dict(totals)


def over_cap(
    people: Iterable[Person],
    *,
    already: Mapping[Person, Fraction],
    cost: Fraction,
    allowance: Allowance = DEFAULT,
) -> frozenset[Person]:
    """Whom a release of this cost would take over the cap. One such person refuses the release."""
    return frozenset(
        person for person in people if already.get(person, Fraction(0)) + cost > allowance.cap
    )
