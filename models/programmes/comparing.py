"""What two versions of a programme do differently, and which of it is a matter of care. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from models.programmes.definition import Programme, WindowRule


class Kind(StrEnum):
    """Of a whole change: when people are asked, or what they are asked and what follows."""

    WINDOWS = "windows"
    CARE = "care"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `field` as in `Programme` or `WindowRule`; None: it is not there at all.

    `window`: the code of the window that it is in, "" for the whole programme.
    """

    field: str
    old: Any
    new: Any
    window: str = ""


WORDS = ("title", "source")
TIMES = ("late_for", "early_for", "leave", "reminder_days")
CARE = ("first_stage", "gates", "clocks", "asking", "interview")
WHOLE = "window"  # the field of a window that came or went
RULE_FIELDS = tuple(each.name for each in fields(WindowRule) if each.name != "code")


def changes(old: Programme, new: Programme) -> tuple[Change, ...]:
    """Everything that differs, but for code, version and where it was made from."""
    return (*_of_whole(old, new, WORDS + TIMES), *care_changes(old, new), *_of_windows(old, new))


def care_changes(old: Programme, new: Programme) -> tuple[Change, ...]:
    """Questionnaires, gates, cut-points, clocks, asking mode and interview."""
    return tuple(_of_whole(old, new, CARE))


def kind_of(old: Programme, new: Programme) -> Kind:
    """What the windows ask instead of the first stage is a matter of care, too."""
    is_care = (
        any(care_changes(old, new))
        or _own_questions(old) != _own_questions(new)
        or not new.windows  # then nobody is asked anything
    )
    return Kind.CARE if is_care else Kind.WINDOWS


def is_same(old: Programme, new: Programme) -> bool:
    """Do the two ask the same people the same at the same time, in the same order?"""
    return replace(old, code=new.code, version=new.version, made_from=new.made_from) == new


def _own_questions(programme: Programme) -> dict[str, tuple[str, ...]]:
    """By window: what is asked in which of them is the point."""
    return {rule.code: rule.instruments for rule in programme.windows if rule.instruments}


def _of_whole(old: Programme, new: Programme, names: tuple[str, ...]) -> Iterator[Change]:
    for name in names:
        was, is_now = getattr(old, name), getattr(new, name)
        if was != is_now:
            yield Change(name, was, is_now)


def _of_windows(old: Programme, new: Programme) -> Iterator[Change]:
    before = {rule.code: rule for rule in old.windows}
    after = {rule.code: rule for rule in new.windows}
    for code in [*before, *(code for code in after if code not in before)]:
        if code in before and code in after:
            yield from _of_rule(before[code], after[code])
        else:
            yield Change(WHOLE, before.get(code), after.get(code), code)


def _of_rule(old: WindowRule, new: WindowRule) -> Iterator[Change]:
    for name in RULE_FIELDS:
        was, is_now = getattr(old, name), getattr(new, name)
        if was != is_now:
            yield Change(name, was, is_now, old.code)
