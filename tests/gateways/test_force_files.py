"""The plain files of a synthetic force: read whole, or refused with a sentence."""

import json
from datetime import date

import pytest

from welfare.gateways.force_files import (
    ForceIncomplete,
    PastAnswers,
    day_or_none,
    read_screenings,
    read_table,
)

LINE = {"person": "p1", "day": "2024-01-02", "phase": "post", "responses": {"gad-2": {"1": 0}}}


def test_a_table_is_read_row_by_row(tmp_path):
    (tmp_path / "units.csv").write_text("code,parent,name\nA,,Contingent\n")

    assert read_table(tmp_path, "units") == [{"code": "A", "parent": "", "name": "Contingent"}]


def test_screenings_are_read_in_the_order_of_the_file(tmp_path):
    lines = [LINE, LINE | {"person": "p2"}]
    (tmp_path / "screenings.jsonl").write_text("\n".join(map(json.dumps, lines)))

    first, second = read_screenings(tmp_path)

    assert first == PastAnswers("p1", date(2024, 1, 2), "post", {"gad-2": {"1": 0}})
    assert second.person == "p2"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_table_that_is_missing_or_unreadable_is_named(tmp_path, content):
    if content is not None:
        (tmp_path / "units.csv").write_bytes(content)

    with pytest.raises(ForceIncomplete, match="units.csv"):
        read_table(tmp_path, "units")


@pytest.mark.parametrize(
    "content",
    [None, b"{", b"{}", b"\xff", json.dumps(LINE | {"day": "soon"}).encode()],
)
def test_screenings_that_are_missing_or_unreadable_are_named(tmp_path, content):
    if content is not None:
        (tmp_path / "screenings.jsonl").write_bytes(content)

    with pytest.raises(ForceIncomplete, match="screenings.jsonl"):
        list(read_screenings(tmp_path))


def test_an_empty_day_is_no_day():
    assert day_or_none("") is None
    assert day_or_none("2024-02-29") == date(2024, 2, 29)
