"""The forms of an appointment: what they show to begin with, and what comes back from them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import to_user_timezone

from models.vocabulary import Meeting, NextStep, Protocol
from welfare.errors import InputRefused
from welfare.policies.booked import USUAL_MINUTES, Booked, Wanted
from welfare.web import forms
from welfare.web.agreed_words import MEETINGS, NEXT_STEPS, PROTOCOLS

# What services call a field, and what it is called here, where others mean something else by it.
NAMES = {"place": "where", "words": "remarks"}


def read(form: forms.Form) -> Wanted:
    """Raises InputRefused for a time or number that cannot be read."""
    problems = {}
    starts_at = None
    try:
        starts_at = forms.moment(form, "day", "hour")
    except InputRefused as refused:
        problems = refused.problems
    number = _number(form, "session_number", problems, "not_a_count")
    minutes = _number(form, "minutes", problems, "not_so_long")
    if problems or starts_at is None:
        raise InputRefused(problems)
    return Wanted(
        starts_at=starts_at,
        minutes=minutes,
        mode=forms.text(form, "mode"),
        place=forms.text(form, "where"),
        protocol=forms.text(form, "protocol"),
        protocol_words=forms.text(form, "protocol_words"),
        number=number,
        words=forms.text(form, "remarks"),
    )


def new_time(form: forms.Form) -> datetime | None:
    """Of the next one, where something of it is given."""
    if forms.text(form, "new_day") or forms.text(form, "new_hour"):
        return forms.moment(form, "new_day", "new_hour")
    return None


def first_fields(number: int, last: Booked | None) -> dict[str, str]:
    """Of a new one: as the last one was, with the next number."""
    fields = {"minutes": str(USUAL_MINUTES), "mode": Meeting.IN_PERSON.value}
    if last is not None:
        fields |= fields_of(last)
    return fields | {"day": "", "hour": "", "remarks": "", "session_number": str(number)}


def fields_of(each: Booked) -> dict[str, str]:
    local, details = to_user_timezone(each.starts_at), each.details
    return {
        "day": local.date().isoformat(),
        "hour": local.strftime("%H:%M"),
        "minutes": str(each.minutes),
        "mode": details.mode.value,
        "where": details.place,
        "protocol": details.protocol.value,
        "protocol_words": details.protocol_words,
        "session_number": str(details.number or ""),
        "remarks": details.words,
    }


def options() -> dict[str, Any]:
    return {
        "modes": [(mode.value, words) for mode, words in MEETINGS.items()],
        "protocols": [(each.value, PROTOCOLS[each]) for each in Protocol],
        "steps": [(step.value, NEXT_STEPS[step]) for step in NextStep],
    }


def named_here(problems: Mapping[str, str]) -> dict[str, str]:
    return {NAMES.get(field, field): code for field, code in problems.items()}


def _number(form: forms.Form, name: str, problems: dict[str, str], code: str) -> int | None:
    given = forms.number(form, name)
    if given is None and forms.text(form, name):
        problems[name] = code
    return given
