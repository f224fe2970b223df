"""The words of an instrument in one language, as clinical content with a provenance."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).parent / "text"
NAME = re.compile(r"[a-z0-9]+([-.][A-Za-z0-9]+)*")

ORIGINAL = "en"  # every instrument is held in it first

Option = tuple[int, str]


class NoWords(LookupError):
    """No words are held for this instrument, version and language."""


class Provenance(StrEnum):
    """How words came to be trusted; a machine translation is not the instrument."""

    OFFICIAL = "official"
    PUBLISHED_VALIDATED = "published-validated"
    SITE_APPROVED = "site-approved"


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads: the lead of each item, its text and its options.

    `instruction` is the form's own introduction (may be empty); `examples` belong to the lead of
    the first item.
    """

    code: str
    version: str
    language: str
    title: str
    recall: str
    instruction: str
    stem: str
    examples: tuple[str, ...]
    provenance: Provenance
    source: str
    citation: str
    licence: str
    attribution: str
    items: Mapping[str, str]
    stems: Mapping[str, str]
    shared_options: tuple[Option, ...]
    own_options: Mapping[str, tuple[Option, ...]]

    def item(self, item_id: str) -> str:
        """The text of one item."""
        return self.items[item_id]

    def lead(self, item_id: str) -> str:
        """The words before an item: its own lead, or the stem shared by all."""
        return self.stems.get(item_id, self.stem)

    def options(self, item_id: str) -> tuple[Option, ...]:
        """What can be answered, in the order of the form: value and label."""
        return self.own_options.get(item_id, self.shared_options)


def label_of(options: Mapping[int, str], value: int) -> str:
    """An answer in the words of the form; of several ticked options all, in its order."""
    if value in options:
        return options[value]
    return "; ".join(label for option, label in options.items() if option & value)


@cache
def words(code: str, version: str, language: str) -> Words:
    """The words held for one version in one language, or NoWords."""
    place = FOLDER / code / version / f"{language}.toml"
    if not all(NAME.fullmatch(part) for part in (code, version, language)) or not place.is_file():
        raise NoWords(f"no words are held for {code} version {version} in {language}")
    held = tomllib.loads(place.read_text(encoding="utf-8"))
    return _words(held, code=code, version=version, language=language)


@cache
def languages(code: str, version: str) -> tuple[str, ...]:
    """The languages in which words are held, in alphabetical order."""
    return tuple(sorted(place.stem for place in (FOLDER / code / version).glob("*.toml")))


def best_language(code: str, version: str, wanted: str) -> str:
    """The language of the words to show: the wanted one if it is held, else English.

    A machine translation is not the instrument, so a page in another language shows these words.
    """
    return wanted if wanted in languages(code, version) else ORIGINAL


def _words(held: Mapping[str, Any], *, code: str, version: str, language: str) -> Words:
    own = {item: _options(options) for item, options in held.get("item_options", {}).items()}
    return Words(
        code=code,
        version=version,
        language=language,
        title=held["title"],
        recall=held["recall"],
        instruction=held.get("instruction", ""),
        stem=held["stem"],
        examples=tuple(held.get("examples", ())),
        provenance=Provenance(held["provenance"]),
        source=held["source"],
        citation=held["citation"],
        licence=held["licence"],
        attribution=held["attribution"],
        items=MappingProxyType(held["items"]),
        stems=MappingProxyType(held.get("item_stems", {})),
        shared_options=_options(held.get("options", [])),
        own_options=MappingProxyType(own),
    )


def _options(options: list[list[Any]]) -> tuple[Option, ...]:
    return tuple((value, label) for value, label in options)
