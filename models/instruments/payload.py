"""What is sealed in a screening: every response with its scores, in one compact list.

A result keeps the version, language and rules it was made by; a published version of an
instrument is never edited, so answers can be kept as a plain list in the order of its items.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.instruments import find, score
from models.instruments.result import Result

SIZE = 2048  # bytes; holds the longest set of answers, so that every screening is as long
LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Response:
    """One instrument inside a screening: the words' language, the answers, what they score."""

    language: str
    answers: Mapping[str, int | None]
    result: Result

    @property
    def instrument(self) -> str:
        return self.result.instrument


@dataclass(frozen=True, slots=True)
class Payload:
    """All responses of one screening, when they were given, under which rules.

    `part_of`: the window of which this is a part that was sent early; the whole may follow.
    """

    answered_at: datetime
    rules: str
    responses: tuple[Response, ...]
    part_of: UUID | None = None

    @property
    def is_positive(self) -> bool:
        """Was any response certainly at or above its cut-point?"""
        return any(response.result.positive is True for response in self.responses)

    @property
    def critical_items(self) -> tuple[str, ...]:
        return tuple(item for response in self.responses for item in response.result.alerts)

    @property
    def answers(self) -> dict[str, Mapping[str, int | None]]:
        return {each.instrument: each.answers for each in self.responses}

    def response(self, instrument: str) -> Response | None:
        found = (each for each in self.responses if each.instrument == instrument)
        return next(found, None)


def respond(
    code: str, answers: Mapping[str, int | None], *, language: str, sex: str | None
) -> Response:
    """Score one form as it was answered. Raises AnswerRefused."""
    return Response(language, dict(answers), score(find(code), answers, sex=sex))


def pack(payload: Payload) -> list[Any]:
    """The payload as JSON can hold it, short."""
    responses = [_pack_response(response) for response in payload.responses]
    packed = [LAYOUT, payload.answered_at.isoformat(), payload.rules, responses]
    return packed if payload.part_of is None else [*packed, payload.part_of.hex]


def unpack(content: list[Any]) -> Payload:
    """What `pack` made. Scores are those of the time, never scored anew."""
    _layout, answered_at, rules, responses, *part_of = content
    return Payload(
        datetime.fromisoformat(answered_at),
        rules,
        tuple(_unpack_response(response) for response in responses),
        UUID(part_of[0]) if part_of else None,
    )


def same_answers(one: Payload, other: Payload) -> bool:
    """Do two payloads hold the same answers? Scores and times are not compared."""
    return _answers_of(one) == _answers_of(other)


def _answers_of(payload: Payload) -> dict[str, list[int | None]]:
    """Every item named, as answers come back from a sealed payload."""
    return {
        each.instrument: [
            each.answers.get(item.id) for item in find(each.instrument, each.result.version).items
        ]
        for each in payload.responses
    }


def _pack_response(response: Response) -> list[Any]:
    result = response.result
    definition = find(result.instrument, result.version)
    return [
        result.instrument,
        result.version,
        response.language,
        [response.answers.get(item.id) for item in definition.items],
        [result.complete, result.answered, result.total, result.band, result.positive],
        list(result.scales.values()),
        list(result.criteria.values()),
        list(result.alerts),
    ]


def _unpack_response(content: list[Any]) -> Response:
    code, version, language, answers, scored, scales, criteria, alerts = content
    definition = find(code, version)
    complete, answered, total, band, positive = scored
    result = Result(
        instrument=code,
        version=version,
        complete=complete,
        answered=answered,
        total=total,
        scales=dict(zip((scale.code for scale in definition.scales), scales, strict=True)),
        criteria=dict(zip((rule.code for rule in definition.criteria), criteria, strict=True)),
        band=band,
        positive=positive,
        alerts=tuple(alerts),
    )
    given = dict(zip((item.id for item in definition.items), answers, strict=True))
    return Response(language, given, result)
