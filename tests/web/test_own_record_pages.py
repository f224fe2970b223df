"""The page of the own record, the private notebook, and taking everything along."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from models.tables.audit import AuditEvent
from models.tables.messages import NotebookEntry
from models.tables.people import Person
from models.vocabulary import Act
from tests.factories import CRITICAL
from tests.models.rows import certify
from tests.web.pages import actions, hidden, links
from welfare.gateways import pdf
from welfare.services.records import read_record
from welfare.web.export_words import LABELS, LEFT_OUT, SECTIONS
from welfare.web.wording import TITLES

BOOK = "/en/me/notebook"
DOORS = (
    *("/en/me/history", "/en/me/readers", "/en/me/download", "/en/me/messages", BOOK),
    *("/en/call-me", "/en/sessions"),
)
OLD = timedelta(minutes=20)


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def me(visit, member):
    return visit(member)


@pytest.fixture
def tired(visit, make, member):
    """A session of the same member that is no longer fresh."""
    visitor = visit()
    token = make.web_session(member, fresh_at=datetime.now(UTC) - OLD)
    visitor.client.set_cookie("welfare", token)
    return visitor


def keep(me, words="Rain.", **fields):
    return me.post(BOOK, {**(fields or hidden(me.get(BOOK).text)), "entry": words})


def test_one_page_leads_to_everything_about_the_own_record(me):
    page = me.get("/en/me/record").text

    assert set(DOORS) <= links(page)
    assert page.count('class="w-nav__link" href="/en/me/') == 3


def test_who_opens_a_record_stands_in_its_owners_list_at_once(me, make, edge, member, clinician):
    with make.database.reading() as session:
        make.case(session.get_one(Person, member.person_id), clinician)
    before = me.get("/en/me/readers").text

    edge.look(read_record, actor=clinician, person_id=member.person_id, at=make.now)

    assert "Opened your record" not in before
    assert "Opened your record" in me.get("/en/me/readers").text


def test_an_entry_is_kept_changed_and_deleted(me, edge):
    assert keep(me).status_code == 303
    (entry,) = edge.rows(NotebookEntry)
    way = f"{BOOK}/{entry.id}"
    assert way in links(me.get(BOOK).text)

    changed = me.post(way, {**hidden(me.get(way).text), "entry": "Sun."})
    assert changed.status_code == 303 and "Sun." in me.get(BOOK).text
    late = me.post(way, {"version": "1", "entry": "Snow."})
    assert late.status_code == 409 and "Snow." in late.text
    assert me.post(f"{way}/delete").status_code == 303

    assert edge.count(NotebookEntry) == 0


def test_a_refused_entry_comes_back_with_its_words(me, edge):
    page = keep(me, "w" * 4001)

    assert page.status_code == 422 and "w" * 4001 in page.text
    assert edge.count(NotebookEntry) == 0


def test_reading_asks_for_a_fresh_sign_in_and_writing_loses_nothing(me, tired, edge):
    fields = hidden(me.get(BOOK).text)
    keep(me, "Seen by nobody.")
    (entry,) = edge.rows(NotebookEntry)

    assert tired.get(BOOK).status_code == tired.get(f"{BOOK}/{entry.id}").status_code == 303
    refused = keep(tired, "", **fields)
    assert refused.status_code == 422 and "Seen by nobody." not in refused.text
    assert tired.post(f"{BOOK}/{entry.id}/delete").status_code == 303
    kept = keep(tired, "Written late.", entry_id="12345678-1234-5678-1234-567812345678")

    assert kept.status_code == 303 and edge.count(NotebookEntry) == 2


def test_the_file_has_a_neutral_name_and_everything_in_it(me, make, edge, member, clinician):
    make.notebook_entry(member, "For me.")
    make.message(member.person_id, clinician, "To you.")
    ask = me.get("/en/me/download")
    assert "The file is not sealed." in ask.text and actions(ask.text)

    answer = me.post("/en/me/download", {"as": "file"})

    assert re.fullmatch(
        r'attachment; filename="record-[\d-]+\.json"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"
    content = json.loads(answer.text)
    assert content["notebook"][0]["words"] == "For me."
    assert content["messages"][0]["words"] == "To you."
    assert [each.act for each in edge.rows(AuditEvent)] == [Act.OWN_RECORD_TAKEN]


def test_without_a_fresh_sign_in_nothing_is_taken(tired, edge):
    assert tired.get("/en/me/download").status_code == 303
    asked = tired.post("/en/me/download", {"as": "file"})
    assert asked.status_code == 403 and "Please confirm that it is you" in asked.text

    assert edge.count(AuditEvent) == 0


def test_the_page_to_print_says_everything_in_words(me, make, edge, member, clinician):
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    make.event(make.deployment(person), words="Told by the chaplain.")
    make.incident(person)
    make.window(person.id)
    make.alert(person, clinician)
    make.case(person, clinician)
    certify(make, make.screening(person, CRITICAL), clinician)
    make.notebook_entry(member, "For me.")
    make.message(member.person_id, clinician, "To you.")

    page = me.post("/en/me/download", {"as": "page"})

    said = unescape(re.sub(r"<[^>]+>", "\n", page.text))
    for words in ("For me.", "To you.", "Told by the chaplain.", "Several days", "1990", "Male"):
        assert words in said
    assert "Bereavement" in said and "Blast at the north gate" in said
    assert "phq-9.9" not in said and "critical_answer" not in said and "T00:" not in said
    assert not re.search(r"\d{4}-\d\d-\d\dT", said)
    content = json.loads(me.post("/en/me/download", {"as": "file"}).text)
    assert set(content) - {"format", "made_at"} == set(SECTIONS)
    known = {*LABELS, *LEFT_OUT, *TITLES, *SECTIONS, "answer", "answer_in_words", "question"}
    assert {name for name in names_in(content) if "_" in name or name.islower()} - known == set()


def test_the_pdf_says_the_same_and_is_set_when_nobody_waits_for_it(
    me, make, edge, member, monkeypatch
):
    make.notebook_entry(member, "For me.")
    waited = []

    def setting(html, *, style):
        make.person()  # another act, which on SQLite needs the one write lock
        waited.append(html)
        return real(html, style=style)

    real = pdf.pdf_of
    monkeypatch.setattr(pdf, "pdf_of", setting)
    assert 'value="pdf"' in me.get("/en/me/download").text

    answer = me.post("/en/me/download", {"as": "pdf"})

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r"attachment; filename=record-[\d-]+\.pdf", answer.headers["Content-Disposition"]
    )
    (html,) = waited
    assert "For me." in html and not re.search(r"(src|href)=", html)
    assert [each.act for each in edge.rows(AuditEvent)] == [Act.OWN_RECORD_TAKEN]


def test_where_no_pdf_can_be_made_the_page_to_print_is_given(me, monkeypatch):
    monkeypatch.setattr(pdf, "IS_INSTALLED", False)
    assert 'value="pdf"' not in me.get("/en/me/download").text

    page = me.post("/en/me/download", {"as": "pdf"})

    assert page.mimetype == "text/html" and "save it as a PDF" in page.text


def names_in(value):
    """Every name of a value within values; results name parts of questionnaires by their own."""
    if isinstance(value, list):
        return {name for each in value for name in names_in(each)}
    if not isinstance(value, dict):
        return set()
    inner = {
        name
        for key, each in value.items()
        if key not in ("scales", "criteria", "format", "made_at")
        for name in names_in(each)
    }
    return {*(key for key in value if not key.isdecimal()), *inner} - {"format", "made_at"}
