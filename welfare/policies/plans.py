"""What a plan says: how it is sealed and opened, and when it can be signed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from models import vault
from models.tables.plans import Plan
from models.vocabulary import GoalState, PlanKind

PLAN_SIZE = 32_768  # one size for every plan, so that its length says nothing
FIELD_MOST = 2000
SHORT_MOST = 300
ALL_MOST = 7000  # of every plan together: it fits into the one size
GOALS_MOST = 8
REVIEW_MOST = timedelta(days=366)
# In the order of the steps: what one notices, what one does alone, where one goes, whom one asks,
# who has the training, and how the surroundings are made safer.
SAID: Mapping[PlanKind, tuple[str, ...]] = {
    PlanKind.SAFETY: ("signs", "coping", "places", "helpers", "professionals", "safer"),
    PlanKind.CARE: ("problem", "done"),
}
NEEDED: Mapping[PlanKind, str] = {PlanKind.SAFETY: "signs", PlanKind.CARE: "problem"}
KEPT_AWAY = ("weapon", "ammunition", "medication")


@dataclass(frozen=True, slots=True)
class Goal:
    words: str
    by: date | None = None
    state: GoalState = GoalState.OPEN


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who keeps something away from the person, and until when, in words."""

    who: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """`said`: by the names in SAID. `keeping`: by those in KEPT_AWAY. `agreed`: with the person."""

    kind: PlanKind
    said: Mapping[str, str]
    review_on: date | None
    agreed: bool = False
    keeping: Mapping[str, Keeping] = field(default_factory=dict)
    goals: Sequence[Goal] = ()


@dataclass(frozen=True, slots=True)
class SignedPlan:
    """A version as pages show it. `replaced_at`: when a newer one was signed."""

    id: UUID
    made_at: datetime
    by: str
    replaced_at: datetime | None
    written: Written


def pack(written: Written) -> dict[str, Any]:
    """As JSON holds it; the day of the review has a column of its own."""
    return {
        "kind": written.kind.value,
        "said": {name: written.said.get(name, "") for name in SAID[written.kind]},
        "agreed": written.agreed,
        "keeping": {what: [kept.who, kept.until] for what, kept in written.keeping.items()},
        "goals": [
            [goal.words, goal.by.isoformat() if goal.by else None, goal.state.value]
            for goal in written.goals
        ],
    }


def unpack(content: Mapping[str, Any], *, review_on: date) -> Written:
    return Written(
        kind=PlanKind(content["kind"]),
        said=content["said"],
        review_on=review_on,
        agreed=content["agreed"],
        keeping={what: Keeping(*kept) for what, kept in content["keeping"].items()},
        goals=tuple(
            Goal(words, date.fromisoformat(by) if by else None, GoalState(state))
            for words, by, state in content["goals"]
        ),
    )


def opened(key: bytes, plan: Plan, names: Mapping[UUID, str]) -> SignedPlan:
    return SignedPlan(
        id=plan.id,
        made_at=plan.made_at,
        by=names.get(plan.author_id, ""),
        replaced_at=plan.replaced_at,
        written=unpack(vault.opened(key, plan, "content"), review_on=plan.review_on),
    )


def newest_of(plans: Iterable[SignedPlan], kind: PlanKind) -> SignedPlan | None:
    """Of plans that come newest first: the one in force."""
    return next((each for each in plans if each.written.kind is kind), None)


def problems_with(written: Written, *, today: date) -> dict[str, str]:
    """Why it cannot be signed as it is, by field."""
    problems = {name: "too_long" for name, words in written.said.items() if len(words) > FIELD_MOST}
    needed = NEEDED[written.kind]
    if not written.said.get(needed, "").strip():
        problems[needed] = "empty"
    problems |= _goal_problems(written.goals) | _keeping_problems(written)
    if not problems and _length(written) > ALL_MOST:
        problems[needed] = "plan_too_long"
    if written.review_on is None:
        problems["review_on"] = "not_a_date"
    elif not today < written.review_on <= today + REVIEW_MOST:
        problems["review_on"] = "not_within_year"
    return problems


def _goal_problems(goals: Sequence[Goal]) -> dict[str, str]:
    problems: dict[str, str] = {}
    for number, goal in enumerate(goals, start=1):
        if not goal.words.strip():
            problems[f"goal_{number}"] = "empty"
        elif len(goal.words) > SHORT_MOST:
            problems[f"goal_{number}"] = "too_long"
    return problems


def _keeping_problems(written: Written) -> dict[str, str]:
    return {
        f"{what}_who": "too_long"
        for what, kept in written.keeping.items()
        if max(len(kept.who), len(kept.until)) > SHORT_MOST
    }


def _length(written: Written) -> int:
    kept = written.keeping.values()
    return (
        sum(map(len, written.said.values()))
        + sum(len(goal.words) for goal in written.goals)
        + sum(len(each.who) + len(each.until) for each in kept)
    )
