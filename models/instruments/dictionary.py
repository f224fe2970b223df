"""The data dictionary: every item, value, rule and term of an instrument, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.instruments import Instrument, Words, languages, words
from models.instruments.carry import CARRIED
from models.instruments.conditions import say
from models.instruments.definition import Band, Item, Scale, Total, ids

LANGUAGE = "en"
YES = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the dictionary. `source`: who says so, where it is not the instrument's own."""

    instrument: str
    version: str
    part: str
    name: str
    value: str = ""
    meaning: str = ""
    source: str = ""


def entries(instrument: Instrument) -> list[Entry]:
    """All lines of one instrument, in the order of its form."""
    held = LANGUAGE in languages(instrument.code, instrument.version)
    wording = words(instrument.code, instrument.version, LANGUAGE) if held else None
    lines = (*_facts(instrument, wording), *_items(instrument, wording), *_rules(instrument))
    return [Entry(instrument.code, instrument.version, *line) for line in lines]


Line = tuple[str, ...]  # part, name and what follows in an Entry


def _facts(instrument: Instrument, wording: Words | None) -> Iterator[Line]:
    yield "fact", "title", "", instrument.title
    yield "fact", "edition", "", instrument.edition
    yield "fact", "asks about", "", instrument.recall
    if instrument.total:
        yield "fact", "direction", "", instrument.direction
    yield "fact", "source", "", instrument.source
    yield "fact", "citation", "", instrument.citation
    yield "fact", "licence", "", instrument.licence, instrument.licence_url
    yield "fact", "attribution", "", instrument.attribution
    yield "fact", "commercial use allowed", "", YES[not instrument.prohibits_commercial]
    yield "fact", "changes allowed", "", YES[not instrument.no_changes]
    yield "fact", "words", "", f"{LANGUAGE}, {wording.provenance}" if wording else "not included"
    for name, text in _before_the_items(wording):
        yield "fact", name, "", text


def _before_the_items(wording: Words | None) -> Iterator[tuple[str, str]]:
    if wording and wording.instruction:
        yield "instruction", wording.instruction
    if wording and wording.stem:
        yield "lead of the items", wording.stem


def _items(instrument: Instrument, wording: Words | None) -> Iterator[Line]:
    for item in instrument.items:
        text = _text(item, wording, is_first=item is instrument.items[0])
        yield "item", item.id, _offered(item), text, _marks(item)
        labels = dict(wording.options(item.id)) if wording else {}
        for option in item.options:
            worth = f"counts {item.points(option)}" if item.worth or item.reverse else ""
            yield "option", item.id, str(option), labels.get(option, ""), worth


def _offered(item: Item) -> str:
    if item.several:
        return f"{item.values[0]} to {item.values[-1]}"
    return ", ".join(str(value) for value in item.values)


def _text(item: Item, wording: Words | None, *, is_first: bool) -> str:
    if wording is None:
        return ""
    examples = "; ".join(wording.examples) if is_first else ""
    parts = (wording.stems.get(item.id, ""), examples, wording.item(item.id))
    return " ".join(part for part in parts if part)


def _marks(item: Item) -> str:
    marks = {
        "several may be ticked; the value is the sum of the ticked": item.several,
        "reversed when added up": item.reverse,
        "not scored": not item.scored,
    }
    return "; ".join(mark for mark, holds in marks.items() if holds)


def _rules(instrument: Instrument) -> Iterator[Line]:
    if instrument.total:
        lowest, highest = instrument.total_range
        yield "total", "total", f"{lowest:g} to {highest:g}", _added(instrument.total)
    for scale in instrument.scales:
        yield "scale", scale.code, "", counted(scale)
    for skip in instrument.skips:
        when = " and ".join(f"item {item} is {value}" for item, value in skip.when)
        yield "skip", run(skip.items), "", f"left out if {when}" + ", and set to 0" * skip.voids
    yield from _criteria(instrument)
    yield from _limits(instrument)
    yield from _codes(instrument)


def _added(total: Total) -> str:
    made = f"items {run(total.items)}, added up"
    made += f", times {total.factor}" * (total.factor > 1)
    return made + f", divided by {total.divisor}" * (total.divisor > 1)


def _criteria(instrument: Instrument) -> Iterator[Line]:
    for rule in instrument.criteria:
        yield "criterion", rule.code, "", say(rule.condition)
    if instrument.positive_when:
        yield "positive", "positive", "", say(instrument.positive_when)
    if instrument.triage:
        order = ", ".join(instrument.triage)
        yield "triage", "band", "", f"the first that holds of: {order}; or none"


def counted(scale: Scale) -> str:
    """How a part of the form comes to its number."""
    items = run(scale.items)
    if scale.option is None:
        return f"items {items}, added up"
    return f"of items {items}, the number on which {scale.option} is ticked"


def run(items: Sequence[str]) -> str:
    """Items in a row by their ends, others one by one."""
    first, last = items[0], items[-1]
    row = ids(int(first), int(first) + len(items) - 1) if first.isdecimal() else ()
    is_row = len(items) > 1 and tuple(items) == row
    return f"{first} to {last}" if is_row else ", ".join(items)


def _limits(instrument: Instrument) -> Iterator[Line]:
    for cut in instrument.cut_points:
        role = "cut-point (default)" if cut.default else "cut-point"
        yield role, cut.sex or "everybody", str(cut.value), cut.population, cut.citation
    ends = [*(_before(band) for band in instrument.bands[1:]), "up"]
    for band, end in zip(instrument.bands, ends, strict=False):
        yield "band", band.name, f"{band.floor:g} {end}", "", instrument.band_scheme or ""
    for change in instrument.changes:
        yield "change", "total", str(change.points), change.meaning, change.citation
    for alert in instrument.alerts:
        yield "alert", alert.item, f"{alert.at_least} or more", "a person looks at it"


def _before(following: Band) -> str:
    return f"to below {following.floor:g}"


def _codes(instrument: Instrument) -> Iterator[Line]:
    loinc = instrument.loinc
    codes = {"panel": loinc.panel, "total": loinc.total, **loinc.items}
    for name, code in codes.items():
        if code:
            yield "LOINC", name if name in ("panel", "total") else f"item {name}", code
    for shorter, same in CARRIED.get(instrument.code, {}).items():
        asked = f"asked before as {run(tuple(same.values()))} of {shorter}"
        yield "carried over", run(tuple(same)), "", asked
