"""Plans as pages show them: each step in its words, goals with their state, and who agreed."""

from typing import Any

from flask_babel import format_date

from models.vocabulary import PlanKind
from welfare.policies.plans import KEPT_AWAY, SAID, SignedPlan
from welfare.services.plans import PlansView
from welfare.web.agreed_words import GOAL_STATES, PLANS, STEPS, THINGS


def cards(view: PlansView) -> list[dict[str, Any]]:
    """One for each kind, with the version in force and those before it."""
    return [
        {
            "kind": kind.value,
            "heading": PLANS[kind],
            "plan": shown(current) if (current := view.in_force(kind)) else None,
            "older": [
                shown(each)
                for each in view.plans
                if each.written.kind is kind and each is not current
            ],
        }
        for kind in PlanKind
    ]


def shown(signed: SignedPlan, *, goals_alone: bool = False) -> dict[str, Any]:
    """`goals_alone`: for the person themselves, of a care plan."""
    written = signed.written
    said = [] if goals_alone else _said(signed)
    return {
        "heading": PLANS[written.kind],
        "made_at": signed.made_at,
        "by": signed.by,
        "agreed": written.agreed,
        "review_on": format_date(written.review_on, "long") if written.review_on else "",
        "said": said,
        "keeping": [
            {
                "what": THINGS[what],
                "who": written.keeping[what].who,
                "until": written.keeping[what].until,
            }
            for what in KEPT_AWAY
            if what in written.keeping
        ],
        "goals": [
            {
                "words": goal.words,
                "by": format_date(goal.by, "long") if goal.by else "",
                "state": GOAL_STATES[goal.state][0],
                "kind": GOAL_STATES[goal.state][1],
            }
            for goal in written.goals
        ],
    }


def _said(signed: SignedPlan) -> list[dict[str, Any]]:
    """Steps that say something, each line for itself; the last one also where it is only said who
    keeps what."""
    words, keeping = signed.written.said, signed.written.keeping
    return [
        {"label": STEPS[name], "lines": words.get(name, "").splitlines()}
        for name in SAID[signed.written.kind]
        if words.get(name) or (name == "safer" and keeping)
    ]
