"""The data dictionary of the instruments, drawn as Markdown to read and as CSV or JSON to use."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

from models.instruments import HELD, Instrument
from models.instruments.dictionary import Entry, entries, run

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so
OPENING = """# Data dictionary

Every instrument that is held: its items and values, its rules, its terms. Drawn from the code by
`welfare instruments dictionary` and never edited by hand; a test fails when the two differ.
Words stand here only where their owners allow it. A site that adds words holds them itself."""
QUESTIONS = ("item", "values", "question", "note")
ANSWERS = ("items", "value", "answer", "note")
RULES = ("rule", "name", "value", "meaning", "source")


def draw_json() -> str:
    """One array, one entry in a line."""
    drawn = [
        json.dumps(asdict(each), ensure_ascii=False)
        for instrument in HELD
        for each in entries(instrument)
    ]
    return "[\n" + ",\n".join(drawn) + "\n]"


def draw_csv() -> str:
    """One row for each entry. No cell can be taken for a formula."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(Entry.__dataclass_fields__)
    for instrument in HELD:
        for each in entries(instrument):
            table.writerow([safe(str(cell)) for cell in asdict(each).values()])
    return file.getvalue().removesuffix("\n")


def safe(cell: str) -> str:
    """A cell that a spreadsheet takes for text, whatever it begins with."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def draw_markdown() -> str:
    """To be read: one chapter for each instrument."""
    return "\n\n".join([OPENING, *(_chapter(instrument) for instrument in HELD)])


def _chapter(instrument: Instrument) -> str:
    lines = entries(instrument)
    facts = [_fact(each) for each in lines if each.part == "fact"]
    blocks = [
        f"## {instrument.code}, version {instrument.version}",
        "\n".join(facts),
        _table(QUESTIONS, _questions(lines)),
        _table(ANSWERS, _answers(lines)),
        _table(RULES, _rules(lines)),
    ]
    return "\n\n".join(block for block in blocks if block)


def _fact(entry: Entry) -> str:
    return f"- {entry.name}: {entry.meaning}" + f" <{entry.source}>" * bool(entry.source)


def _questions(lines: Iterable[Entry]) -> list[tuple[str, ...]]:
    return [
        (each.name, each.value, each.meaning, each.source) for each in lines if each.part == "item"
    ]


def _answers(lines: Iterable[Entry]) -> list[tuple[str, ...]]:
    """Items that offer the same answers share their rows."""
    offered: dict[str, list[tuple[str, ...]]] = {}
    for each in lines:
        if each.part == "option":
            offered.setdefault(each.name, []).append((each.value, each.meaning, each.source))
    shared: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for item, options in offered.items():
        shared.setdefault(tuple(options), []).append(item)
    return [(run(items), *option) for options, items in shared.items() for option in options]


def _rules(lines: Iterable[Entry]) -> list[tuple[str, ...]]:
    return [
        (each.part, each.name, each.value, each.meaning, each.source)
        for each in lines
        if each.part not in ("fact", "item", "option")
    ]


def _table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Columns that would stay empty are left out, and so is a table without rows."""
    used = [place for place in range(len(heading)) if any(row[place] for row in rows)]
    drawn = [[heading[place] for place in used], ["---"] * len(used)]
    drawn += [[row[place].replace("|", "\\|") for place in used] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in drawn) if rows else ""


FORMATS: Mapping[str, Callable[[], str]] = {
    "md": draw_markdown,
    "csv": draw_csv,
    "json": draw_json,
}
