"""The forms that change a programme: from fields to a Programme, every problem at its field.

Fields of the second window are called "w2.code" and so on, those of a gate "g2.instrument".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from models.instruments import ON_OFFER
from models.programmes import Programme, ProgrammeRefused
from models.programmes.checking import problems_of
from models.programmes.reading import build
from welfare.errors import InputRefused
from welfare.web import forms
from welfare.web.programme_fields import Fields
from welfare.web.programme_page import Example
from welfare.web.wording import TITLES

MOST_ROWS = 40
WHOLE = re.compile(r"[-+]?[0-9]{1,6}")
PLACE = re.compile(r"(windows|gates)\[([0-9]+)\]\.(.+)")
LETTERS = {"windows": "w", "gates": "g"}
# What a file calls differently from the field.
FIELDS = {
    "stages.first": "first_stage",
    "late_for_days": "late_for",
    "early_for_days": "early_for",
    "leave_days": "leave",
    "spacing_days": "spacing",
}
OFFERED = tuple(code for code in ON_OFFER if code in TITLES and ON_OFFER[code].wording_included)
HEAD = ("code", "title", "source")

Problems = dict[str, str]


def numbers(form: Mapping[str, str], letter: str) -> list[int]:
    """Which windows or gates a form holds, in order."""
    found = {
        int(name[1:].partition(".")[0])
        for name in form
        if re.fullmatch(rf"{letter}[0-9]{{1,3}}\..+", name)
    }
    return sorted(found)[:MOST_ROWS]


def added(form: Mapping[str, str], letter: str, fresh: Fields) -> Fields:
    """The form with one more window or gate; `fresh` is how it begins."""
    number = max(numbers(form, letter), default=0) + 1
    return {**form, **{f"{letter}{number}.{name}": value for name, value in fresh.items()}}


def removed(form: Mapping[str, str], letter: str, number: int) -> Fields:
    return {name: each for name, each in form.items() if not name.startswith(f"{letter}{number}.")}


def windows_draft(form: Mapping[str, str], base: Programme, *, is_own: bool) -> Programme:
    """The base with the windows of the form. Raises InputRefused by field, with all problems."""
    asked = _Asked(form)
    instruments = {rule.code: rule.instruments for rule in base.windows}
    table = {
        "late_for_days": asked.whole("late_for"),
        "early_for_days": asked.whole("early_for", 0),
        "leave_days": asked.whole("leave", 0),
        "reminder_days": asked.wholes("reminder_days"),
        "windows": [
            _window_table(asked, f"w{number}.", instruments) for number in numbers(form, "w")
        ],
    }
    built = _built(asked, base, table, is_own=is_own)
    names = (*HEAD, "late_for", "early_for", "leave", "reminder_days", "windows")
    draft = replace(base, **{name: getattr(built, name) for name in names})
    return _checked(draft, numbers(form, "w"), numbers(form, "g"))


def care_draft(
    form: Mapping[str, str],
    base: Programme,
    *,
    is_own: bool,
    first_stage: Sequence[str],
    own_questions: Mapping[str, Sequence[str]],
) -> Programme:
    """The base with the questionnaires, gates and clocks of the form.

    `own_questions`: by window, what it asks instead of the first stage.
    """
    asked = _Asked(form)
    table = {
        "asking": asked.entry("asking"),
        "interview": asked.entry("interview"),
        "stages": {"first": list(first_stage)},
        "gates": [_gate_table(asked, f"g{number}.") for number in numbers(form, "g")],
        "clocks": {
            name: asked.whole(name)
            for name in ("answer_within_hours", "nudge_every_minutes", "nudges_before_escalation")
        },
    }
    built = _built(asked, base, table, is_own=is_own)
    names = (*HEAD, "asking", "interview", "first_stage", "gates", "clocks")
    windows = tuple(
        replace(rule, instruments=tuple(own_questions.get(rule.code, ()))) for rule in base.windows
    )
    draft = replace(base, windows=windows, **{name: getattr(built, name) for name in names})
    return _checked(draft, range(1, len(windows) + 1), numbers(form, "g"))


def example(form: Mapping[str, str], today: date) -> Example:
    """The person of the preview. Raises InputRefused by field."""
    asked = forms.Form(form)
    given = {
        name: forms.day(asked, name)
        for name in ("preview_from", "preview_until", "preview_leave", "preview_incident")
    }
    first, last = given["preview_from"], given["preview_until"]
    if first is None:
        raise InputRefused({"preview_from": "not_a_date"})
    if last is not None and last < first:
        raise InputRefused({"preview_until": "before_start"})
    return Example(first, last, given["preview_leave"], given["preview_incident"])


class _Asked:
    """The fields of a form as numbers and texts; what cannot be read is kept as a problem."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = forms.Form(form)
        self.problems: Problems = {}

    def entry(self, name: str) -> str:
        return " ".join(forms.text(self.form, name).split())

    def whole(self, name: str, usual: int | None = None) -> int:
        given = self.entry(name).replace("\u2212", "-").replace(" ", "")
        if WHOLE.fullmatch(given):
            return int(given)
        if given or usual is None:
            self.problems[name] = "whole_number"
        return usual or 0

    def wholes(self, name: str) -> list[int]:
        """Numbers with commas between; nothing is no number."""
        given = [each.strip() for each in self.entry(name).split(",") if each.strip()]
        if all(WHOLE.fullmatch(each) for each in given):
            return [int(each) for each in given]
        self.problems[name] = "whole_numbers"
        return []


def _window_table(
    asked: _Asked, at: str, instruments: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    table: dict[str, Any] = {
        "code": asked.entry(f"{at}code"),
        "phase": asked.entry(f"{at}phase"),
        "anchor": asked.entry(f"{at}anchor"),
        "opens": asked.whole(f"{at}opens"),
        "due": asked.whole(f"{at}due"),
        "every": asked.whole(f"{at}every", 0),
        "times": asked.whole(f"{at}times", 1),
        "spacing_days": asked.whole(f"{at}spacing", 0),
        "exempt_days": asked.whole(f"{at}exempt_days", 0),
        "instruments": list(instruments.get(asked.entry(f"{at}was"), ())),
    }
    for name in ("due_anchor", "instead_of"):
        if asked.entry(f"{at}{name}"):
            table[name] = asked.entry(f"{at}{name}")
    return table


def _gate_table(asked: _Asked, at: str) -> dict[str, Any]:
    by_sex = {sex: asked.entry(f"{at}{sex}") for sex in ("female", "male")}
    at_least: Any = 0
    if any(by_sex.values()):
        at_least = {sex: asked.whole(f"{at}{sex}") for sex in by_sex}
        for sex in (sex for sex, given in by_sex.items() if not given):
            asked.problems[f"{at}{sex}"] = "both_sexes"
    else:
        at_least = asked.whole(f"{at}at_least")
    return {
        "instrument": asked.entry(f"{at}instrument"),
        "kind": asked.entry(f"{at}kind"),
        "at_least": at_least,
        "opens": asked.entry(f"{at}opens"),
    }


def _built(asked: _Asked, base: Programme, table: Mapping[str, Any], *, is_own: bool) -> Programme:
    """What the fields say, each where the reader of files expects it; the rest is made up."""
    whole: dict[str, Any] = {
        "code": base.code if is_own else asked.entry("code"),
        "version": "1",
        "title": asked.entry("title"),
        "source": asked.entry("source"),
        "late_for_days": 0,
        "stages": {"first": []},
        "gates": [],
        "clocks": {
            "answer_within_hours": 1,
            "nudge_every_minutes": 1,
            "nudges_before_escalation": 1,
        },
        "windows": [],
        **table,
    }
    if asked.problems:
        raise InputRefused(asked.problems)
    try:
        return build(whole, file="")
    except ProgrammeRefused as refused:
        letters = {letter: numbers(asked.form, letter) for letter in LETTERS.values()}
        raise InputRefused({field_of(refused.key, letters): refused.problem}) from None


def _checked(draft: Programme, windows: Sequence[int], gates: Sequence[int]) -> Programme:
    letters = {"w": windows, "g": gates}
    found = [(field_of(key, letters), problem) for key, problem in problems_of(draft)]
    if found:
        raise InputRefused(dict(reversed(found)))  # of each field, the first
    return draft


def field_of(key: str, letters: Mapping[str, Sequence[int]]) -> str:
    """From the key of a file to the field: "windows[2].due" is that of the second window."""
    found = PLACE.fullmatch(key)
    if found is None:
        return FIELDS.get(key, key.removeprefix("clocks."))
    table, place, name = found.groups()
    letter = LETTERS[table]
    at = letters[letter][int(place) - 1]
    return f"{letter}{at}.{FIELDS.get(name, name).partition('.')[0]}"
