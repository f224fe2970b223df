"""Old answers held against other rules: who would not have been found, and who asked more. Pure.

Counts whole people, never items of one. What was not asked then cannot be replayed: a gate on a
questionnaire without an answer is told apart as unknown, for not knowing must not look like being
well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from models.instruments.carry import CARRIED
from models.programmes.definition import Asking, Programme
from models.programmes.stages import Answers, opened_by


@dataclass(frozen=True, slots=True)
class Given:
    """One screening: whose, for which window, every answer, and what was made of it then.

    `occasion`: the same for a part that was sent early and for the whole that followed.
    `positive`: codes of the questionnaires that were certainly at or above their cut-point.
    `critical`: ids of the items, such as "phq-9.9".
    """

    person_id: UUID
    occasion: UUID
    window: str
    sex: str | None
    answers: Mapping[str, Answers]
    positive: frozenset[str] = frozenset()
    critical: tuple[str, ...] = ()


@dataclass(slots=True)
class Losses:
    """What would have been otherwise; people are counted once, critical answers each."""

    screenings: int = 0
    people: set[UUID] = field(default_factory=set)
    not_found: set[UUID] = field(default_factory=set)  # above a cut-point that nobody would see
    critical: set[tuple[UUID, str]] = field(default_factory=set)  # that nobody would ask for
    asked_more: set[UUID] = field(default_factory=set)
    asked_less: set[UUID] = field(default_factory=set)
    unknown: set[UUID] = field(default_factory=set)  # a new gate stands on what was not asked


def replayed(old: Programme, new: Programme, given: Iterable[Given]) -> Losses:
    losses = Losses()
    for each in given:
        _take(losses, old.for_window(each.window), new.for_window(each.window), each)
    return losses


def _take(losses: Losses, old: Programme, new: Programme, given: Given) -> None:
    answers = _with_shorter_forms(given.answers)
    before, after = _asked(old, answers, given.sex), _asked(new, answers, given.sex)
    lost = before - after
    losses.screenings += 1
    losses.people.add(given.person_id)
    unsure = lost & _undecided(new, answers)
    if unsure & given.positive:
        losses.unknown.add(given.person_id)
    if (lost - unsure) & given.positive:
        losses.not_found.add(given.person_id)
    losses.critical |= {
        (given.occasion, item) for item in given.critical if item.rpartition(".")[0] in lost
    }
    if lost - unsure:
        losses.asked_less.add(given.person_id)
    if after - before:
        losses.asked_more.add(given.person_id)


def _asked(programme: Programme, answers: Mapping[str, Answers], sex: str | None) -> set[str]:
    return {*programme.first_stage, *opened_by(programme, answers, sex=sex)}


def _undecided(programme: Programme, answers: Mapping[str, Answers]) -> set[str]:
    """What a gate might have opened, had its questionnaire been asked then."""
    if programme.asking is Asking.FULL:
        return set()
    return {gate.opens for gate in programme.gates if not answers.get(gate.instrument)}


def _with_shorter_forms(answers: Mapping[str, Answers]) -> dict[str, Answers]:
    """A shorter form was answered where a longer one was that holds its questions."""
    found = dict(answers)
    for longer, shorter_forms in CARRIED.items():
        for shorter, same in shorter_forms.items():
            given = answers.get(longer)
            if given and shorter not in found:
                found[shorter] = {item: given.get(asked) for asked, item in same.items()}
    return found
