"""Answers on paper: what a form asks, what was keyed in, where two keyings differ. Pure.

Paper cannot branch: the second stage is printed for everybody, and whoever does not need it leaves
it out. What was left out is no answer, and it is never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from models.instruments import best_language, find
from models.instruments.carry import CARRIED, carried
from models.instruments.payload import Payload, Response, respond
from models.programmes import Gate, Programme, opened_by
from models.programmes.definition import Asking
from welfare.errors import AnswersRefused, InputRefused
from welfare.policies.local_time import Zone, at_hour

SIZE = 2048  # bytes; every keying is as long, whatever was ticked
END_OF_DAY = time(23, 59)  # where no hour is on the paper, the clock runs from the day's end
ZONES = timedelta(days=1)  # a local day on paper can be one behind the day in UTC
DAY, HOUR = "day", "hour"
Answers = Mapping[str, Mapping[str, int]]  # instrument → item → value; what is open is left out


@dataclass(frozen=True, slots=True)
class Part:
    """One questionnaire on the form. `gates`: when to fill it in; empty: always.

    `before`: items whose very question stands further up on the same form.
    """

    code: str
    gates: tuple[Gate, ...]
    before: frozenset[str]

    @property
    def items(self) -> tuple[str, ...]:
        """What is answered here."""
        found = (item for item in find(self.code).items if item.scored)
        return tuple(item.id for item in found if item.id not in self.before)


@dataclass(frozen=True, slots=True)
class Keyed:
    """One keying: the day (and the hour, if it is written) of the answers, and the answers."""

    day: date
    hour: time | None
    answers: Answers

    def value(self, field: str) -> Any:
        """Of "day", "hour" or an item such as "phq-9.3"; None where nothing is written."""
        if field in (DAY, HOUR):
            return getattr(self, field)
        code, _dot, item = field.rpartition(".")
        return self.answers.get(code, {}).get(item)

    def answered_at(self, zone: Zone, at: datetime) -> datetime:
        """The moment on the paper, by the clock of its person's place; never later than the keying
        itself."""
        return min(at_hour(self.day, self.hour or END_OF_DAY, zone), at)


def parts_of(programme: Programme) -> tuple[Part, ...]:
    """What is printed: the first stage and all that it could open."""
    opened: dict[str, list[Gate]] = {}
    for gate in programme.gates:
        if gate.instrument in programme.first_stage and gate.opens not in programme.first_stage:
            opened.setdefault(gate.opens, []).append(gate)
    is_full = programme.asking is Asking.FULL
    gates = {code: () for code in programme.first_stage} | {
        code: () if is_full else tuple(found) for code, found in opened.items()
    }
    codes = list(gates)
    return tuple(
        Part(code, gates[code], _asked_before(code, codes[:place]))
        for place, code in enumerate(codes)
    )


def read_keyed(
    parts: tuple[Part, ...],
    *,
    day: date,
    hour: time | None,
    answers: Mapping[str, Mapping[str, int | None]],
) -> Keyed:
    """What was keyed in, if the form offers it. Raises AnswersRefused naming the items."""
    offered = {part.code: part.items for part in parts}
    problems: dict[str, str] = {}
    kept: dict[str, dict[str, int]] = {}
    for code, given in answers.items():
        for item, value in given.items():
            if value is None:
                continue
            if item not in offered.get(code, ()) or value not in find(code).item(item).values:
                problems[f"{code}.{item}"] = "not_offered"
            else:
                kept.setdefault(code, {})[item] = value
    if problems:
        raise AnswersRefused(problems)
    return Keyed(day, hour, kept)


def insist_on_day(keyed: Keyed, *, printed_at: datetime, zone: Zone, at: datetime) -> None:
    """The day can be true, where its person is. Raises InputRefused.

    Late answers are never turned away: somebody has given them. Nor does it matter whether the
    window has been moved since the form was printed.
    """
    earliest = printed_at.date() - ZONES
    if keyed.day > at.astimezone(zone).date():
        raise InputRefused({DAY: "in_future"})
    if keyed.hour and at_hour(keyed.day, keyed.hour, zone) > at:
        raise InputRefused({HOUR: "in_future"})
    if keyed.day < earliest:
        raise InputRefused({DAY: "before_printing"})


def differences(parts: tuple[Part, ...], first: Keyed, second: Keyed) -> tuple[str, ...]:
    """The fields that are not alike, in the order of the paper."""
    fields = [DAY, HOUR, *(f"{part.code}.{item}" for part in parts for item in part.items)]
    return tuple(field for field in fields if first.value(field) != second.value(field))


def settled(first: Keyed, chosen: Keyed, fields: tuple[str, ...]) -> Keyed:
    """The first keying, with what was read from the paper once more for these fields."""
    answers = {code: dict(given) for code, given in first.answers.items()}
    for field in fields:
        code, dot, item = field.rpartition(".")
        if dot:
            answers.setdefault(code, {}).pop(item, None)
            value = chosen.value(field)
            if value is not None:
                answers[code][item] = value
    return Keyed(
        chosen.day if DAY in fields else first.day,
        chosen.hour if HOUR in fields else first.hour,
        {code: given for code, given in answers.items() if given},
    )


def payload_of(
    keyed: Keyed,
    programme: Programme,
    *,
    language: str,
    sex: str | None,
    zone: Zone,
    at: datetime,
    part_of: UUID | None = None,
) -> Payload:
    """Scored as on the web: what was asked and left open is kept as open."""
    parts = parts_of(programme)
    opened = opened_by(programme, keyed.answers, sex=sex)
    responses: list[Response] = []
    so_far: dict[str, Mapping[str, int | None]] = {}
    for part in parts:
        own = keyed.answers.get(part.code, {})
        if part.code in programme.first_stage or part.code in opened or own:
            so_far[part.code] = {**carried(part.code, so_far), **own}
            shown = best_language(part.code, find(part.code).version, language)
            responses.append(respond(part.code, so_far[part.code], language=shown, sex=sex))
    return Payload(keyed.answered_at(zone, at), programme.name, tuple(responses), part_of)


def pack(keyed: Keyed) -> list[Any]:
    """As JSON can hold it."""
    hour = keyed.hour.isoformat("minutes") if keyed.hour else None
    answers = {code: dict(given) for code, given in keyed.answers.items()}
    return [keyed.day.isoformat(), hour, answers]


def unpack(content: list[Any]) -> Keyed:
    day, hour, answers = content
    return Keyed(date.fromisoformat(day), time.fromisoformat(hour) if hour else None, answers)


def _asked_before(code: str, earlier: list[str]) -> frozenset[str]:
    return frozenset(
        item
        for shorter, same in CARRIED.get(code, {}).items()
        if shorter in earlier
        for item in same
    )
