"""The form of a plan: what it shows to begin with, and what comes back from it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from models.vocabulary import GoalState, PlanKind
from welfare.errors import InputRefused
from welfare.policies.plans import GOALS_MOST, KEPT_AWAY, SAID, Goal, Keeping, SignedPlan, Written
from welfare.web import forms
from welfare.web.agreed_words import GOAL_STATES, HINTS, STEPS, THINGS
from welfare.web.contacts import Contact

FREE_ROWS = 2  # for goals that are still to be written
REVIEW_IN: Mapping[PlanKind, timedelta] = {
    PlanKind.SAFETY: timedelta(days=14),
    PlanKind.CARE: timedelta(days=90),
}


def kind_in(form: forms.Form) -> PlanKind:
    try:
        return PlanKind(form.get("kind", ""))
    except ValueError:
        raise InputRefused({"kind": "choose"}) from None


def read(form: forms.Form) -> Written:
    """Raises InputRefused for days that cannot be read; the rest is asked when it is signed."""
    kind = kind_in(form)
    problems: dict[str, str] = {}
    written = Written(
        kind=kind,
        said={name: forms.text(form, name) for name in SAID[kind]},
        review_on=_day(form, "review_on", problems),
        agreed=forms.text(form, "agreed") == "yes",
        keeping=_keeping(form) if kind is PlanKind.SAFETY else {},
        goals=_goals(form, problems) if kind is PlanKind.CARE else (),
    )
    if problems:
        raise InputRefused(problems)
    return written


def first_fields(
    kind: PlanKind, current: SignedPlan | None, contacts: Sequence[Contact], today: date
) -> dict[str, str]:
    """Of a new version: what the one in force says; without one the numbers of the site."""
    if current is None:
        fields = {"review_on": (today + REVIEW_IN[kind]).isoformat()}
        if kind is PlanKind.SAFETY:
            fields["professionals"] = "\n".join(_line(contact) for contact in contacts)
        return fields
    written = current.written
    fields = dict(written.said)
    for what, kept in written.keeping.items():
        fields |= {f"{what}_who": kept.who, f"{what}_until": kept.until}
    for number, goal in enumerate(written.goals, start=1):
        fields |= _goal_fields(number, goal)
    review_on = written.review_on
    if review_on is None or review_on <= today:
        review_on = today + REVIEW_IN[kind]
    return fields | {"review_on": review_on.isoformat()}


def parts(
    kind: PlanKind, given: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the form consists of; `given`: what stands in it."""
    filled = [number for number in range(1, GOALS_MOST + 1) if given.get(f"goal_{number}")]
    shown = min(max(filled, default=0) + FREE_ROWS, GOALS_MOST)
    is_safety = kind is PlanKind.SAFETY
    return {
        "steps": [(name, STEPS[name], HINTS[name]) for name in SAID[kind]],
        "things": [(what, THINGS[what]) for what in KEPT_AWAY] if is_safety else [],
        "goals": [] if is_safety else list(range(1, shown + 1)),
        "states": [(state.value, words) for state, (words, _kind) in GOAL_STATES.items()],
        "given": given,
        "problems": problems or {},
    }


def _line(contact: Contact) -> str:
    hours = f" ({contact.hours})" if contact.hours else ""
    return f"{contact.name}: {contact.phone}{hours}"


def _goal_fields(number: int, goal: Goal) -> dict[str, str]:
    return {
        f"goal_{number}": goal.words,
        f"goal_{number}_by": goal.by.isoformat() if goal.by else "",
        f"goal_{number}_state": goal.state.value,
    }


def _day(form: forms.Form, name: str, problems: dict[str, str]) -> date | None:
    try:
        return forms.day(form, name)
    except InputRefused as refused:
        problems |= refused.problems
        return None


def _keeping(form: forms.Form) -> dict[str, Keeping]:
    found = {
        what: Keeping(forms.text(form, f"{what}_who"), forms.text(form, f"{what}_until"))
        for what in KEPT_AWAY
    }
    return {what: kept for what, kept in found.items() if kept.who or kept.until}


def _goals(form: forms.Form, problems: dict[str, str]) -> tuple[Goal, ...]:
    """Rows with words or a day; what is left empty is no goal, and what is emptied goes."""
    found = []
    for number in range(1, GOALS_MOST + 1):
        words = forms.text(form, f"goal_{number}")
        by = _day(form, f"goal_{number}_by", problems)
        if words or by is not None:
            found.append(Goal(words, by, _state(forms.text(form, f"goal_{number}_state"))))
    return tuple(found)


def _state(given: str) -> GoalState:
    return GoalState(given) if given in set(GoalState) else GoalState.OPEN
