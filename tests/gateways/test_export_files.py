"""The archive of an export: the same content for programs and for people."""

import io
import json
from zipfile import ZipFile

import pytest

from welfare.gateways.export_files import as_archive, as_page

CONTENT = {
    "format": "welfare-person-export-1",
    "person": {"identity": {"given": "Adan", "family": "<script>alert(1)</script>"}},
    "screenings": [{"day": "2026-11-01", "questionnaires": [{"answer": 0, "positive": False}]}],
    "alerts": [],
    "account": None,
}


def test_the_archive_holds_json_that_reads_back_and_a_page():
    with ZipFile(io.BytesIO(as_archive(CONTENT))) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["record.html", "record.json"]
        assert json.loads(archive.read("record.json")) == CONTENT
        assert archive.read("record.html").decode() == as_page(CONTENT)


def test_whatever_a_person_wrote_is_shown_as_text():
    page = as_page(CONTENT)

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_asks_nobody_for_anything():
    page = as_page(CONTENT)

    for sign in ("src=", "href=", "url(", "http:", "https:", "@import"):
        assert sign not in page


@pytest.mark.parametrize("said", ["<h2>Alerts</h2>–", "<h2>Account</h2>–", "<dd>no</dd>", "<dd>0"])
def test_nothing_zero_and_no_are_told_apart(said):
    assert said in as_page(CONTENT)
