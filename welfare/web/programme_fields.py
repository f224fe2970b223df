"""How a form that changes a programme begins: each value of the programme in its field.

Fields of the second window are called "w2.code" and so on, those of a gate "g2.instrument".
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from models.programmes import Programme, WindowRule
from models.programmes.definition import Gate

DAY = timedelta(days=1)
EXAMPLE = {"preview_from": -300, "preview_until": -120}  # days from today
Fields = dict[str, str]


def head_fields(programme: Programme) -> Fields:
    return {
        "title": programme.title,
        "source": programme.source,
        "late_for": str(programme.late_for // DAY),
        "early_for": str(programme.early_for // DAY),
        "leave": str(programme.leave // DAY),
        "reminder_days": ", ".join(map(str, programme.reminder_days)),
    }


def window_fields(rules: Iterable[WindowRule]) -> Fields:
    """`was`: the code under which a window's own questionnaires are found again."""
    found: Fields = {}
    for number, rule in enumerate(rules, 1):
        given: dict[str, Any] = {
            "was": rule.code,
            "code": rule.code,
            "phase": rule.phase,
            "anchor": rule.anchor,
            "opens": rule.opens,
            "due": rule.due,
            "due_anchor": rule.due_anchor or "",
            "every": rule.every or "",
            "times": rule.times,
            "spacing": rule.spacing or "",
            "instead_of": rule.instead_of or "",
            "exempt_days": rule.exempt_days or "",
        }
        found |= {f"w{number}.{name}": str(value) for name, value in given.items()}
    return found


def gate_fields(gates: Iterable[Gate]) -> Fields:
    found: Fields = {}
    for number, gate in enumerate(gates, 1):
        given: dict[str, Any] = {
            "instrument": gate.instrument,
            "kind": gate.kind,
            "at_least": "" if gate.by_sex else gate.at_least,
            "female": gate.by_sex.get("female", ""),
            "male": gate.by_sex.get("male", ""),
            "opens": gate.opens,
        }
        found |= {f"g{number}.{name}": str(value) for name, value in given.items()}
    return found


def clock_fields(programme: Programme) -> Fields:
    clocks = programme.clocks
    return {
        "answer_within_hours": str(clocks.answer_within // timedelta(hours=1)),
        "nudge_every_minutes": str(clocks.nudge_every // timedelta(minutes=1)),
        "nudges_before_escalation": str(clocks.nudges_before_escalation),
        "asking": programme.asking,
        "interview": programme.interview,
    }


def example_fields(today: date) -> Fields:
    return {name: (today + offset * DAY).isoformat() for name, offset in EXAMPLE.items()} | {
        "preview_leave": "",
        "preview_incident": "",
    }
