"""`welfare instruments`: list and read the instruments, and score answers line by line."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from models.instruments import (
    ON_OFFER,
    AnswerRefused,
    Instrument,
    Words,
    find,
    languages,
    score,
    words,
)
from models.instruments.conditions import say
from models.instruments.dictionary import counted
from welfare.cli.dictionary import FORMATS

COLUMNS = ("code", "version", "items", "title", "words", "licence")
SEXES = ("female", "male", "other", "unknown", None)

code_argument = click.argument("code", type=click.Choice(tuple(ON_OFFER)), metavar="CODE")


@click.group()
def instruments() -> None:
    """The questionnaires that are held, and their scoring."""


@instruments.command("list")
def list_all() -> None:
    """Print one line for each instrument."""
    rows = [COLUMNS, *(_row(instrument) for instrument in ON_OFFER.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


@instruments.command()
@code_argument
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option("--language", default="en", show_default=True, help="Language of the words.")
def show(code: str, as_json: bool, language: str) -> None:
    """Print everything that is known about one instrument."""
    instrument = find(code)
    held = language in languages(code, instrument.version)
    wording = words(code, instrument.version, language) if held else None
    if as_json:
        click.echo(json.dumps(_everything(instrument, wording), ensure_ascii=False, indent=2))
        return
    for line in (
        *_facts(instrument),
        *_rules(instrument),
        *_questions(instrument, wording),
    ):
        click.echo(line)


@instruments.command("dictionary")
@click.option("--format", "form", type=click.Choice(tuple(FORMATS)), default="md")
def dictionary(form: str) -> None:
    """Print the data dictionary: items, values, rules and terms of every instrument."""
    click.echo(FORMATS[form]())


@instruments.command("score")
@code_argument
def score_lines(code: str) -> None:
    """Score JSON lines from standard input, one object out for each line in.

    A line that cannot be scored prints {"error": ...}; the others go on and the exit status is 1.
    """
    instrument = find(code)
    failed = False
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            answer = _score(instrument, line)
        except (ValueError, RecursionError) as refusal:
            failed = True
            answer = {"error": str(refusal)}
        click.echo(json.dumps(answer))
    sys.exit(int(failed))


def _score(instrument: Instrument, line: bytes) -> dict[str, object]:
    try:
        form = json.loads(line, object_pairs_hook=_once)
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise ValueError(f"not a JSON object: {broken}") from broken
    if not isinstance(form, dict):
        raise ValueError("not a JSON object")
    answers, sex = form.get("answers"), form.get("sex")
    if not isinstance(answers, dict):
        raise ValueError("'answers' must be an object of item ids and values")
    if sex not in SEXES:
        raise AnswerRefused(instrument.code, "sex", "must be female, male, other, unknown or null")
    return score(instrument, answers, sex=sex).as_dict()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two answers to one item contradict each other; JSON alone would keep the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:40]} is given twice")
    return found


def _row(instrument: Instrument) -> tuple[str, ...]:
    return (
        instrument.code,
        instrument.version,
        str(len(instrument.items)),
        instrument.title,
        "yes" if instrument.wording_included else "no",
        instrument.licence,
    )


def _everything(instrument: Instrument, wording: Words | None) -> dict[str, Any]:
    shown = asdict(instrument)
    shown["words"] = None
    if wording:
        shown["words"] = {
            "language": wording.language,
            "provenance": wording.provenance,
            "instruction": wording.instruction,
            "examples": wording.examples,
            "items": [
                {
                    "id": item.id,
                    "lead": wording.lead(item.id),
                    "text": wording.item(item.id),
                    "options": wording.options(item.id),
                }
                for item in instrument.items
            ],
        }
    return shown


def _facts(instrument: Instrument) -> list[str]:
    allowed = "no" if instrument.prohibits_commercial else "yes"
    changes = "no" if instrument.no_changes else "yes"
    return [
        instrument.title,
        f"  code: {instrument.code}, version {instrument.version}",
        f"  edition: {instrument.edition}",
        f"  asks about: {instrument.recall}",
        f"  direction: {instrument.direction}",
        f"  source: {instrument.source}",
        f"  citation: {instrument.citation}",
        f"  licence: {instrument.licence} ({instrument.licence_url})",
        f"  attribution: {instrument.attribution}",
        f"  commercial use: {allowed}; changes allowed: {changes}",
        f"  LOINC: panel {instrument.loinc.panel or '-'}, total {instrument.loinc.total or '-'}",
    ]


def _rules(instrument: Instrument) -> list[str]:
    lines = [f"  scale {scale.code}: {counted(scale)}" for scale in instrument.scales]
    for skip in instrument.skips:
        when = " and ".join(f"{item} is {value}" for item, value in skip.when)
        lines.append(f"  if {when}, left out: {', '.join(skip.items)}")
    lines += [f"  criterion {one.code}: {say(one.condition)}" for one in instrument.criteria]
    for cut in instrument.cut_points:
        role = "cut-point (default)" if cut.default else "cut-point"
        lines.append(f"  {role}: {cut.value}, {cut.population}. {cut.citation}")
    if instrument.bands:
        bands = ", ".join(f"{band.name} from {band.floor:g}" for band in instrument.bands)
        lines.append(f"  bands ({instrument.band_scheme or 'as published'}): {bands}")
    lines += [
        f"  change: {one.points}, {one.meaning}. {one.citation}" for one in instrument.changes
    ]
    lines += [f"  alert: item {one.item} at {one.at_least} or more" for one in instrument.alerts]
    return lines


def _questions(instrument: Instrument, wording: Words | None) -> list[str]:
    if wording is None:
        values = (f"  {item.id}: {_values(item.values)}" for item in instrument.items)
        return [
            "",
            "No words are held; a licensed site adds them. Items and values:",
            *values,
        ]
    lines = ["", wording.instruction] if wording.instruction else []
    lead = None
    for item in instrument.items:
        if wording.lead(item.id) != lead:
            lead = wording.lead(item.id)
            lines += ["", lead] if lead else [""]
            if item is instrument.items[0]:
                lines += [f"  - {example}" for example in wording.examples]
        unscored = "" if item.scored else " (not scored)"
        lines.append(f"  {item.id}. {wording.item(item.id)}{unscored}")
        options = ", ".join(f"{value} {label}" for value, label in wording.options(item.id))
        lines.append(f"      {options}")
    return lines


def _values(values: tuple[int, ...]) -> str:
    return ", ".join(str(value) for value in values)
