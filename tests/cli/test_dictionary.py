"""The data dictionary: complete, equal in its three forms, and safe to open in a spreadsheet."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from models.instruments import HELD, words
from models.instruments.dictionary import entries, run
from welfare.cli.dictionary import FORMULA, draw_csv, draw_json, draw_markdown, safe
from welfare.cli.instruments import instruments

every_instrument = pytest.mark.parametrize("instrument", HELD, ids=lambda each: each.code)


def of(instrument, part):
    return [each for each in entries(instrument) if each.part == part]


def one(instrument, part, name):
    return next(each for each in of(instrument, part) if each.name == name)


def held(code):
    return next(instrument for instrument in HELD if instrument.code == code)


@every_instrument
def test_every_item_and_every_option_has_its_line(instrument):
    assert [each.name for each in of(instrument, "item")] == [item.id for item in instrument.items]
    assert [(each.name, each.value) for each in of(instrument, "option")] == [
        (item.id, str(option)) for item in instrument.items for option in item.options
    ]


@every_instrument
def test_every_rule_has_its_line_with_who_says_so(instrument):
    cuts = [each for each in entries(instrument) if each.part.startswith("cut-point")]

    assert [(each.value, each.meaning, each.source) for each in cuts] == [
        (str(cut.value), cut.population, cut.citation) for cut in instrument.cut_points
    ]
    assert [each.name for each in of(instrument, "band")] == [
        band.name for band in instrument.bands
    ]
    assert [each.name for each in of(instrument, "scale")] == [
        scale.code for scale in instrument.scales
    ]
    assert [each.name for each in of(instrument, "alert")] == [
        alert.item for alert in instrument.alerts
    ]
    assert len(of(instrument, "LOINC")) == len(instrument.loinc.items) + sum(
        code is not None for code in (instrument.loinc.panel, instrument.loinc.total)
    )


@every_instrument
def test_every_instrument_names_its_licence_and_its_source(instrument):
    licence = one(instrument, "fact", "licence")

    assert (licence.meaning, licence.source) == (instrument.licence, instrument.licence_url)
    assert one(instrument, "fact", "citation").meaning == instrument.citation
    assert one(instrument, "fact", "attribution").meaning == instrument.attribution


@every_instrument
def test_words_are_shown_only_where_they_may_be(instrument):
    texts = [each.meaning for part in ("item", "option") for each in of(instrument, part)]

    assert all(texts) is instrument.wording_included
    assert any(texts) is instrument.wording_included


@pytest.mark.parametrize(
    "instrument", [each for each in HELD if each.wording_included], ids=lambda each: each.code
)
def test_words_shown_are_the_words_of_the_form(instrument):
    wording = words(instrument.code, instrument.version, "en")

    for item in instrument.items:
        assert one(instrument, "item", item.id).meaning.endswith(wording.item(item.id))


def test_points_are_told_where_they_are_not_the_value():
    assert [each.source for each in of(held("ces"), "option") if each.name == "3"] == [
        "counts 0",
        "counts 2",
        "counts 4",
        "counts 6",
        "counts 6",
    ]
    assert [each.source for each in of(held("brs"), "option") if each.name == "2"][0] == "counts 5"
    assert not any(each.source for each in of(held("phq-9"), "option"))


def test_what_a_longer_form_takes_over_is_told():
    assert one(held("gad-7"), "carried over", "1 to 2").meaning == "asked before as 1 to 2 of gad-2"


@pytest.mark.parametrize(
    ("items", "written"),
    [
        (("1", "2", "3"), "1 to 3"),
        (("1", "3"), "1, 3"),
        (("9",), "9"),
        (("P1", "P2"), "P1, P2"),
        (("5", "6", "6_3mo"), "5, 6, 6_3mo"),
    ],
)
def test_items_in_a_row_are_written_by_their_ends(items, written):
    assert run(items) == written


def test_csv_and_json_hold_the_same_lines():
    table = list(csv.DictReader(io.StringIO(draw_csv())))
    drawn = json.loads(draw_json())

    assert len(table) == len(drawn) == sum(len(entries(instrument)) for instrument in HELD)
    assert [{name: cell.removeprefix("'") for name, cell in row.items()} for row in table] == drawn


@pytest.mark.parametrize("start", FORMULA)
def test_a_cell_that_a_spreadsheet_would_run_is_made_plain_text(start):
    assert safe(f"{start}A1") == f"'{start}A1"
    assert safe(f"A1{start}") == f"A1{start}"


def test_no_cell_of_the_csv_can_be_taken_for_a_formula():
    cells = [cell for row in csv.reader(io.StringIO(draw_csv())) for cell in row]

    assert not [cell for cell in cells if cell.startswith(FORMULA)]


def test_a_chapter_stands_for_each_instrument_and_no_row_breaks_its_table():
    drawn = draw_markdown()

    for instrument in HELD:
        assert f"## {instrument.code}, version {instrument.version}\n" in drawn
    for table in drawn.split("\n\n"):
        rows = [line for line in table.splitlines() if line.startswith("|")]
        assert len({row.replace("\\|", "").count("|") for row in rows}) <= 1


@pytest.mark.parametrize(
    ("arguments", "start"),
    [((), "# Data dictionary"), (("--format", "csv"), "instrument,"), (("--format", "json"), "[")],
)
def test_the_command_prints_each_form(arguments, start):
    done = CliRunner().invoke(instruments, ["dictionary", *arguments])

    assert done.exit_code == 0
    assert done.stdout.startswith(start)


def test_a_form_that_is_not_offered_is_refused():
    assert CliRunner().invoke(instruments, ["dictionary", "--format", "xlsx"]).exit_code == 2
