"""A programme on a page: its windows and rules as rows, two versions side by side, a preview."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date, gettext

from models.programmes import Deployed, Facts, Programme, Scheduled, WindowRule, schedule
from models.programmes.comparing import Change, changes
from models.programmes.definition import Clocks
from welfare.policies.programme_versions import Version
from welfare.web import programme_words as words
from welfare.web import zones
from welfare.web.chart_axis import Tick, TimeAxis
from welfare.web.wording import PHASES

NONE = "–"
LEFT, RIGHT = 1.0, 99.0
ROW, HEAD = 34, 22  # pixels: one window, and the words above the first
EDGE = 75.0
DAYS_FIELDS = {"late_for", "early_for", "leave"}
SPANS = {"every", "spacing", "exempt_days"}


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up person for whom the windows are shown."""

    from_day: date
    until_day: date | None
    leave_end: date | None
    incident: date | None

    @property
    def facts(self) -> Facts:
        stay = Deployed(self.from_day, self.until_day, self.leave_end)
        return Facts((stay,), (self.incident,) if self.incident else ())


@dataclass(frozen=True, slots=True)
class Bar:
    """One window on the drawing: from opening to due, then grace. Across in per cent."""

    y: int
    label: str
    x: float
    width: float
    grace_x: float
    grace_width: float
    is_not_asked: bool

    @property
    def anchor(self) -> str:
        """Words near the right edge grow inwards."""
        return "end" if self.x > EDGE else "start"

    @property
    def text_x(self) -> float:
        return min(RIGHT, self.x + self.width) if self.anchor == "end" else self.x


@dataclass(frozen=True, slots=True)
class Drawing:
    height: int
    stay: tuple[float, float]  # where the deployment begins, and how wide it is
    today: float
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]


def window_rows(programme: Programme) -> list[list[Any]]:
    return [
        [
            rule.code,
            PHASES[rule.phase],
            words.ANCHORS[rule.anchor],
            words.distance(rule.opens),
            words.due(rule),
            " ".join(words.particulars(rule)),
        ]
        for rule in programme.windows
    ]


def facts(programme: Programme) -> list[dict[str, Any]]:
    """What holds for all of its windows."""
    return [
        {"key": words.FIELDS["source"], "value": programme.source},
        {"key": words.FIELDS["late_for"], "value": _days(programme.late_for)},
        {"key": words.FIELDS["early_for"], "value": _days(programme.early_for)},
        {"key": words.FIELDS["leave"], "value": _days(programme.leave)},
        {
            "key": words.FIELDS["reminder_days"],
            "value": _value("reminder_days", programme.reminder_days),
        },
    ]


def care_facts(programme: Programme) -> list[dict[str, Any]]:
    return [
        {"key": words.FIELDS[name], "value": _value(name, getattr(programme, name))}
        for name in ("first_stage", "gates", "asking", "interview", "clocks")
    ]


def difference_rows(old: Programme, new: Programme) -> list[list[Any]]:
    """Where, what, as it was, as it would be."""
    return [
        [
            gettext("Window “%(code)s”", code=each.window)
            if each.window
            else gettext("Whole programme"),
            words.FIELDS[each.field],
            _side(each, each.old, each.new),
            _side(each, each.new, each.old),
        ]
        for each in changes(old, new)
    ]


def version_rows(versions: Sequence[Version], url_of: Callable[[Version], str]) -> list[list[Any]]:
    """The newest first."""
    return [
        [
            {"text": f"{each.row.code}/{each.row.version}", "url": url_of(each)},
            zones.moment(each.row.made_at),
            each.made_by or gettext("At the console"),
            each.decided_by or NONE,
            {"text": words.STATES[each.state][0], "tag": words.STATES[each.state][1]},
        ]
        for each in reversed(versions)
    ]


def example_windows(programme: Programme, example: Example, today: date) -> tuple[Scheduled, ...]:
    return schedule(example.facts, programme, today)


def example_rows(windows: Sequence[Scheduled]) -> list[list[Any]]:
    return [
        [
            each.code,
            _day(each.opens_on),
            _day(each.due_by),
            _day(each.closes_on) if each.closes_on >= each.opens_on else NONE,
            {"text": words.STATUSES[each.status][0], "tag": words.STATUSES[each.status][1]},
        ]
        for each in windows
    ]


def drawing(windows: Sequence[Scheduled], example: Example, today: date) -> Drawing:
    ends = [day for each in windows for day in (each.opens_on, each.due_by, each.closes_on)]
    known = [day for day in (example.until_day, example.incident, today) if day]
    axis = TimeAxis.over([example.from_day, *known, *ends], left=LEFT, right=RIGHT)
    until = example.until_day or max([today, example.from_day])
    return Drawing(
        height=HEAD + ROW * len(windows) + 22,
        stay=(axis.at(example.from_day), axis.at(until) - axis.at(example.from_day)),
        today=axis.at(today),
        ticks=tuple(axis.ticks()),
        bars=tuple(_bar(axis, number, each) for number, each in enumerate(windows)),
    )


def _bar(axis: TimeAxis, number: int, window: Scheduled) -> Bar:
    first, due = axis.at(window.opens_on), axis.at(window.due_by)
    closes = axis.at(max(window.closes_on, window.due_by))
    return Bar(
        y=HEAD + ROW * number,
        label=window.code,
        x=first,
        width=max(0.6, round(due - first, 2)),
        grace_x=due,
        grace_width=round(closes - due, 2),
        is_not_asked=window.closes_on < window.opens_on,
    )


def _side(change: Change, value: Any, other: Any) -> str:
    """One side of a difference. Of a list only what the other side lacks, if anything does."""
    if value is None:
        return NONE
    is_list = change.field in ("first_stage", "gates", "instruments")
    if is_list and set(value) != set(other):
        value = tuple(each for each in value if each not in other)
    return _value(change.field, value)


def _value(field: str, value: Any) -> str:
    """One value of a programme in words, by the name of its field."""
    if isinstance(value, timedelta):
        return _days(value)
    if isinstance(value, WindowRule):
        return _rule(value)
    if isinstance(value, Clocks):
        return words.clocks(value)
    if field in SPANS:
        return words.days(value) if value else NONE
    return _named(field, value)


def _named(field: str, value: Any) -> str:
    choices: Mapping[str, Mapping[Any, Any]] = {
        "phase": PHASES,
        "anchor": words.ANCHORS,
        "due_anchor": words.ANCHORS,
        "asking": words.ASKINGS,
        "interview": words.INTERVIEWS,
    }
    if field in choices:
        return str(choices[field][value])
    if field in ("opens", "due"):
        return words.distance(value)
    if field == "reminder_days":
        return words.letter_days(value)
    if field == "gates":
        return "; ".join(map(words.gate, value)) or NONE
    if isinstance(value, tuple):
        return words.names_of(value) or NONE
    return str(value)


def _rule(rule: WindowRule) -> str:
    span = f"{words.ANCHORS[rule.anchor]}: {words.distance(rule.opens)} – {words.due(rule)}."
    return " ".join([f"{PHASES[rule.phase]}.", span, *words.particulars(rule)])


def _days(span: timedelta) -> str:
    return words.days(span.days)


def _day(day: date) -> str:
    return str(format_date(day, "medium"))
