"""A summary that leaves the system: a stop before it, its event, and a file with a neutral name."""

from datetime import UTC, datetime, timedelta

import pytest

from models.tables.audit import AuditEvent
from models.tables.people import Person
from models.vocabulary import Act, Role
from tests.answered import answered
from tests.architecture.test_own_sentences import CLINICAL
from tests.factories import CALM, TODAY
from tests.web.pages import links
from welfare.gateways import pdf
from welfare.services.notes import sign_note

NOTE = "Dreams of the river every night."
HIGH = {**CALM, "phq-9": {**CALM["phq-9"], "1": 3, "2": 3, "3": None, "9": 1}}


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make):
    return make.actor()


@pytest.fixture
def path(make, edge, clinician, member):
    """Of somebody with a past, and a note."""
    (person,) = edge.rows(Person, Person.id == member.person_id)
    case = make.case(person, clinician)
    make.deployment(person)
    make.incident(person)
    answered(make, person, day=TODAY - timedelta(days=60))
    answered(make, person, HIGH, day=TODAY)
    edge.act(sign_note, actor=clinician, case_id=case.id, words=NOTE, at=make.now)
    return f"/en/people/{person.id}"


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


@pytest.fixture
def pages(monkeypatch):
    """What was put on paper, beside the real file that was made of it."""
    written = []
    real = pdf.pdf_of
    monkeypatch.setattr(
        pdf, "pdf_of", lambda html, *, style: written.append(html) or real(html, style=style)
    )
    return written


def made(edge):
    return edge.rows(AuditEvent, AuditEvent.act == Act.RECORD_SUMMARISED)


def test_before_the_file_somebody_reads_that_it_leaves_the_system(carer, path, edge):
    assert f"{path}/summary" in links(carer.get(path).text)

    page = carer.get(f"{path}/summary")

    assert "This leaves the system with the name on it" in page.text
    assert not made(edge)


def test_the_file_holds_the_record_under_a_name_that_says_nothing(
    carer, visit, path, edge, member, clinician, pages
):
    answer = carer.get(f"{path}/summary/file?purpose=referral")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f"attachment; filename=summary-{datetime.now(UTC).date()}.pdf"
    assert not CLINICAL.search(disposition)
    (html,) = pages
    for said in ("Adan Marrow", "A referral", "River Mission", "Blast at the north gate", "<svg"):
        assert said in html
    assert "Not complete: no total" in html and "Not answered" in html
    assert "paint-order" not in html  # WeasyPrint would draw the edge over the letters
    assert NOTE not in html and "Notes were left out." in html
    (event,) = made(edge)
    assert (event.actor_id, event.person_id) == (clinician.account_id, member.person_id)
    assert "Made a summary of your record" in visit(member).get("/en/me/readers").text


def test_notes_are_added_only_where_somebody_asked_for_them(carer, path, pages):
    carer.get(f"{path}/summary/file?purpose=colleague&notes=yes")

    assert NOTE in pages[0]


@pytest.mark.parametrize("query", ["", "?purpose=", "?purpose=press", "?notes=yes"])
def test_without_a_purpose_there_is_no_file(carer, path, edge, query):
    page = carer.get(f"{path}/summary/file{query}")

    assert page.status_code == 422 and "<title>Error:" in page.text
    assert not made(edge)


def test_another_site_cannot_have_one_made(carer, path, edge):
    foreign = {"Sec-Fetch-Site": "cross-site"}

    page = carer.get(f"{path}/summary/file?purpose=referral", headers=foreign)

    assert page.mimetype == "text/html" and "This leaves the system" in page.text
    assert not made(edge)


def test_a_site_without_the_library_says_so_calmly(carer, path, edge, monkeypatch):
    monkeypatch.setattr(pdf, "IS_INSTALLED", False)

    asked, page = (carer.get(f"{path}/summary{end}") for end in ("", "/file?purpose=referral"))

    assert (asked.status_code, page.status_code) == (200, 409)
    for each in (asked, page):
        assert "This site cannot make PDF files." in each.text
    assert not made(edge)


def test_a_second_clinician_reads_and_gives_nothing_away(visit, make, clinician, edge):
    second = make.actor(Role.CLINICIAN)
    case = make.case(make.person(), clinician, second_id=second.account_id)
    make.window(case.person_id)
    carer, path = visit(second), f"/en/people/{case.person_id}"

    page = carer.get(path)

    assert page.status_code == 200
    assert not {f"{path}/summary", f"{path}/events/new"} & links(page.text)
    assert carer.get(f"{path}/summary").status_code == 404
    assert carer.get(f"{path}/summary/file?purpose=referral").status_code == 404
    assert not made(edge)


def test_it_wants_a_fresh_sign_in(app, path):
    for name in ("ask", "take"):
        assert app.view_functions[f"summaries.{name}"].fresh is not None


def test_a_file_whose_making_cannot_be_recorded_does_not_leave(carer, path, edge):
    edge.break_table("audit_event")

    answer = carer.get(f"{path}/summary/file?purpose=referral")

    assert answer.status_code == 500 and not answer.data.startswith(b"%PDF-")
