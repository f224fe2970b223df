"""An unfinished screening: which parts are asked, what was answered, which versions have met. Pure.

Every save of a part is a version with a mark, drawn at random for the page it was made on. A page
carries the mark of the version it shows, so that a save over a newer version is noticed.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from models.instruments import find, score
from models.instruments.asking import skipped_items, undecided
from models.instruments.carry import carried
from models.programmes.definition import Programme
from models.programmes.stages import opened_by

LAYOUT = 2  # the first layout was a plain mapping of part to answers
SIZE = 4096  # bytes; every draft is as long, whatever was asked and however often it was changed
ROOM = SIZE - 1  # one byte ends the padding

Given = Mapping[str, int | None]  # item id → value; None: preferred not to answer


@dataclass(frozen=True, slots=True)
class Version:
    """The answers of one part as they were saved from one page."""

    answers: Given
    mark: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One part of a draft: the version that counts, and those it met, the newest first.

    `is_open`: the person has not yet said which one counts.
    """

    chosen: Version
    others: tuple[Version, ...] = ()
    is_open: bool = False

    @property
    def versions(self) -> tuple[Version, ...]:
        return (self.chosen, *self.others)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft as its owner answers it: `answers` of the asked parts, with what is carried over."""

    kept: Mapping[str, Kept]
    parts: tuple[str, ...]
    answers: Mapping[str, Given]

    @property
    def next_part(self) -> str | None:
        """The first questionnaire that is not wholly decided; None when all are."""
        return next((part for part in self.parts if self.undecided_in(part)), None)

    def undecided_in(self, part: str) -> tuple[str, ...]:
        """Items of a part that still need an answer or a "prefer not to answer"."""
        return undecided(find(part), self.answers.get(part, {}))

    @property
    def to_choose(self) -> tuple[str, ...]:
        """Parts of which two versions have met."""
        return tuple(part for part in self.parts if part in self.kept and self.kept[part].is_open)

    @property
    def critical_items(self) -> tuple[str, ...]:
        """Ids such as "phq-9.9" whose answers a human should see, in any version that may count."""
        found = [
            item
            for part in self.parts
            for given in self.may_count(part)
            for item in score(find(part), given).alerts
        ]
        return tuple(dict.fromkeys(found))

    def may_count(self, part: str) -> tuple[Given, ...]:
        """The answers of a part; while the person has not chosen, those of every version."""
        kept = self.kept.get(part)
        if kept is None or not kept.is_open:
            return (self.answers.get(part, {}),)
        before = carried(part, self.answers)
        return tuple(_in_order(part, {**before, **each.answers}) for each in kept.versions)

    def carried_into(self, part: str) -> Mapping[str, int | None]:
        """Items of a part that an earlier part has settled and nobody has changed in this one."""
        own = self.kept[part].chosen.answers if part in self.kept else {}
        before = carried(part, self.answers)
        return {item: value for item, value in before.items() if item not in own}


def unfinished(
    programme: Programme, kept: Mapping[str, Kept], *, sex: str | None = None
) -> Unfinished:
    own = {part: each.chosen.answers for part, each in kept.items()}
    parts = (*programme.first_stage, *opened_by(programme, own, sex=sex))
    answers: dict[str, Given] = {}
    for part in parts:
        answers |= _settled(part, own, answers)
    return Unfinished(kept, parts, answers)


def saved(
    kept: Mapping[str, Kept],
    part: str,
    version: Version,
    *,
    made_from: int | None,
) -> dict[str, Kept]:
    """The draft with one more version of a part, from a page that showed the mark `made_from`.

    It replaces what that page knew. Where the page did not know the newest version, both are
    kept and the person has to choose, unless one of the two says all that the other says.
    None is dropped while there is room; a critical answer goes last.
    """
    there = kept.get(part)
    if there is None:
        return {**kept, part: Kept(version)}
    known = there.chosen.mark in (made_from, version.mark)
    if known or _holds(version, there.chosen):
        return {**kept, part: replace(there, chosen=version)}
    if _holds(there.chosen, version):
        return dict(kept)
    others = [each for each in there.others if each.mark != version.mark]
    met = Kept(there.chosen, (version, *others), is_open=True)
    return _fitting({**kept, part: met})


def chosen(kept: Mapping[str, Kept], part: str, *, mark: int) -> dict[str, Kept]:
    """The draft with this version of a part counting; the others stay beside it.

    Raises KeyError for a version that is not there.
    """
    versions = {each.mark: each for each in kept[part].versions}
    winner = versions.pop(mark)
    return {**kept, part: Kept(winner, tuple(versions.values()))}


def pack(kept: Mapping[str, Kept]) -> list[Any]:
    """The draft as JSON can hold it, short."""
    return [
        LAYOUT,
        {
            part: [[_pack_version(version) for version in each.versions], each.is_open]
            for part, each in kept.items()
        },
    ]


def unpack(content: Any, *, saved_at: datetime) -> dict[str, Kept]:
    """What `pack` made, or the first layout, which had one moment for the whole draft."""
    if isinstance(content, dict):
        return {part: Kept(Version(answers, 0, saved_at)) for part, answers in content.items()}
    return {
        part: Kept(*_split([_unpack_version(each) for each in versions]), is_open)
        for part, (versions, is_open) in content[1].items()
    }


def gravity(part: str, given: Given) -> int:
    """How high the critical answers of a part are; 0: there is none."""
    alerts = score(find(part), given).alerts
    return sum(given[item.rpartition(".")[2]] or 0 for item in alerts)


def without_carried(answers: Given, carried_over: Given, untouched: Collection[str]) -> Given:
    """A part's own answers: not those that another part has settled and nobody has changed."""
    return {
        item: value
        for item, value in answers.items()
        if item not in untouched and not (item in carried_over and carried_over[item] == value)
    }


def _settled(
    part: str, own: Mapping[str, Given], before: Mapping[str, Given]
) -> dict[str, dict[str, int | None]]:
    """The answers of one part in the order of its items, or nothing if there are none."""
    given = {**carried(part, before), **own.get(part, {})}
    if not given and part not in own:
        return {}
    return {part: _in_order(part, given)}


def _in_order(part: str, given: Given) -> dict[str, int | None]:
    """As the form asks, without what it skips."""
    skipped = skipped_items(find(part), given)
    order = [item.id for item in find(part).items if item.id not in skipped]
    return {item: given[item] for item in order if item in given}


def _fitting(kept: dict[str, Kept]) -> dict[str, Kept]:
    """Without as many other versions as there is no room for: the least critical, the oldest."""
    while _length(kept) > ROOM:
        others = [(part, each) for part in kept for each in kept[part].others]
        if not others:
            break
        part, least = min(others, key=_need)
        left = tuple(each for each in kept[part].others if each is not least)
        kept = {**kept, part: replace(kept[part], others=left)}
    return kept


def _need(other: tuple[str, Version]) -> tuple[int, datetime]:
    part, version = other
    return gravity(part, version.answers), version.at


def _length(kept: Mapping[str, Kept]) -> int:
    return len(json.dumps(pack(kept), separators=(",", ":")))


def _holds(one: Version, other: Version) -> bool:
    """Does one version say all that the other says?"""
    return other.answers.items() <= one.answers.items()


def _split(versions: list[Version]) -> tuple[Version, tuple[Version, ...]]:
    return versions[0], tuple(versions[1:])


def _pack_version(version: Version) -> list[Any]:
    return [dict(version.answers), version.mark, int(version.at.timestamp())]


def _unpack_version(content: list[Any]) -> Version:
    answers, mark, at = content
    return Version(answers, mark, datetime.fromtimestamp(at, UTC))
