"""From a Programme to the text of its file: what `reading` makes of it is the same programme."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from models.programmes.definition import (
    REMINDER_DAYS,
    Asking,
    Clocks,
    Gate,
    GateKind,
    Interview,
    Programme,
    WindowRule,
)

Value = str | int | tuple[str, ...] | tuple[int, ...] | Mapping[str, int]
Entry = tuple[str, Value]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ESCAPED = {'"': '\\"', "\\": "\\\\"}


def write(programme: Programme) -> str:
    """TOML with one line for each value that is not the usual one."""
    blocks = [
        _lines(_head(programme)),
        ["[stages]", *_lines([("first", programme.first_stage)])],
        *(["[[gates]]", *_lines(_gate(gate))] for gate in programme.gates),
        ["[clocks]", *_lines(_clocks(programme.clocks))],
        *(["[[windows]]", *_lines(_window(rule))] for rule in programme.windows),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _head(programme: Programme) -> Iterator[Entry]:
    yield "code", programme.code
    yield "version", programme.version
    yield "title", programme.title
    yield "source", programme.source
    yield "late_for_days", programme.late_for // DAY
    yield from _unusual(
        ("made_from", programme.made_from, ""),
        ("early_for_days", programme.early_for // DAY, 0),
        ("leave_days", programme.leave // DAY, 0),
        ("reminder_days", programme.reminder_days, REMINDER_DAYS),
        ("asking", programme.asking, Asking.STEPPED),
        ("interview", programme.interview, Interview.NONE),
    )
    for name in ("gates", "windows"):
        if not getattr(programme, name):
            yield name, ()


def _gate(gate: Gate) -> Iterator[Entry]:
    yield "instrument", gate.instrument
    yield from _unusual(("kind", gate.kind, GateKind.SUM))
    yield "at_least", gate.by_sex or gate.at_least
    yield "opens", gate.opens


def _clocks(clocks: Clocks) -> Iterator[Entry]:
    yield "answer_within_hours", clocks.answer_within // HOUR
    yield "nudge_every_minutes", clocks.nudge_every // MINUTE
    yield "nudges_before_escalation", clocks.nudges_before_escalation


def _window(rule: WindowRule) -> Iterator[Entry]:
    yield "code", rule.code
    yield "phase", rule.phase
    yield "anchor", rule.anchor
    yield "opens", rule.opens
    yield from _unusual(("due_anchor", rule.due_anchor or "", ""))
    yield "due", rule.due
    yield from _unusual(
        ("every", rule.every, 0),
        ("times", rule.times, 1),
        ("spacing_days", rule.spacing, 0),
        ("instruments", rule.instruments, ()),
        ("instead_of", rule.instead_of or "", ""),
        ("exempt_days", rule.exempt_days, 0),
    )


def _unusual(*entries: tuple[str, Value, Value]) -> Iterator[Entry]:
    """Without those that are as `reading` takes them where nothing is said."""
    return ((key, value) for key, value, usual in entries if value != usual)


def _lines(entries: Iterable[Entry]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in entries]


def _value(value: Value) -> str:
    if isinstance(value, str):
        return f'"{"".join(_sign(sign) for sign in value)}"'
    if isinstance(value, tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {each}' for key, each in sorted(value.items()))} }}"
    return str(value)


def _sign(sign: str) -> str:
    """As TOML wants it between quotes: no quote, no backslash, nothing that cannot be seen."""
    if sign in ESCAPED:
        return ESCAPED[sign]
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"
