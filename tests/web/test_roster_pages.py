"""Rosters in pages: sent, shown, applied and undone without script, by administrators alone."""

import io
from datetime import timedelta

import pytest
from werkzeug import formparser

from models.tables.people import Person
from models.tables.rosters import RosterImport, RosterUpload
from models.vocabulary import Role
from tests.roster_files import csv_of, deployed, somebody, xlsx_of
from tests.web.pages import actions, steady
from welfare.app import LARGEST_BODY
from welfare.gateways.roster_file import COLUMNS, Refusal, read_roster
from welfare.policies.roster_rows import Notice, Trouble
from welfare.policies.roster_undoing import Stays
from welfare.web import roster_page

ROSTERS = "/en/people/rosters/"


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def clerk(visit, admin):
    return visit(admin)


@pytest.fixture
def send(clerk):
    """Send a file; the answer, after the redirect if there is one."""

    def sent(*rows, content=None, name="roster.csv", visitor=clerk, **form):
        file = (io.BytesIO(content if content is not None else csv_of(*rows)), name)
        return visitor.post(ROSTERS, {"file": file, **form}, follow_redirects=True)

    return sent


def step(page, ending):
    (found,) = [each for each in actions(page.text) if each.endswith(ending)]
    return found


def test_the_template_is_a_download_that_can_be_sent_back(clerk):
    answer = clerk.get(ROSTERS + "template.csv")

    assert "attachment" in answer.headers["Content-Disposition"]
    (line,) = read_roster(answer.data)
    assert tuple(line.cells) == COLUMNS


def test_a_roster_is_shown_applied_and_undone(clerk, send, edge):
    page = send(deployed(), somebody("SN-2"), new_missions="yes")
    assert page.status_code == 200
    assert "New missions: River Mission" in page.text
    people = edge.count(Person)

    done = clerk.post(step(page, "/apply"), follow_redirects=True)
    assert "The roster is applied." in done.text
    assert edge.count(Person) == people + 2
    assert edge.count(RosterUpload) == 0

    undone = clerk.post(step(done, "/undo"), follow_redirects=True)
    assert "This import was undone." in undone.text
    assert edge.count(Person) == people


def test_a_workbook_can_be_sent_too(send):
    page = send(content=xlsx_of(somebody()), name="roster.xlsx")

    assert step(page, "/apply")


def test_with_a_problem_nothing_can_be_applied_and_the_remedy_is_named(send, edge):
    page = send(somebody(unit="Mars"))

    assert "There is no such unit." in page.text
    assert "Correct the name, or add the unit first." in page.text
    assert [each for each in actions(page.text) if each.endswith("/apply")] == []
    assert edge.count(RosterImport) == 0


def test_the_first_two_hundred_problems_are_shown_and_the_others_counted(send):
    page = send(*(somebody(f"SN-{each}", unit="Mars") for each in range(203)))

    assert page.text.count("There is no such unit.") == 200
    assert "and 3 more" in page.text


def test_no_value_of_the_file_stands_in_a_page_but_names_of_missions(send):
    page = send(deployed(given="Kestrel", unit="Mars"), somebody("SN-77", email="wrong"))

    for value in ("Kestrel", "Mars", "SN-77", "wrong"):
        assert value not in page.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nobody in the file."),
        (b"given\r\nMara\r\n", "These columns are missing: service_number, family, unit."),
        ("Zo\xeb".encode("latin-1"), "The text is not in UTF-8."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_beside_its_field(send, edge, content, sentence):
    page = send(content=content)

    assert page.status_code == 422
    assert f"File: {sentence}" in page.text
    assert edge.count(RosterUpload) == 0


def test_without_a_file_one_is_asked_for(clerk):
    page = clerk.post(ROSTERS)

    assert (page.status_code, "Choose a file first." in page.text) == (422, True)


def post_whole(clerk, content):
    """One body from memory: the test client itself would put a large file on the disk."""
    parts = [("csrf_token", "", clerk.token().encode()), ("file", '; filename="a.csv"', content)]
    body = b"".join(
        f'--cut\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        + value
        + b"\r\n"
        for name, more, value in parts
    )
    kind = "multipart/form-data; boundary=cut"
    return clerk.client.post(ROSTERS, data=body + b"--cut--\r\n", content_type=kind)


def test_a_file_beyond_what_a_form_may_hold_is_refused(clerk):
    assert post_whole(clerk, b"x" * LARGEST_BODY).status_code == 413


def test_a_file_never_touches_the_disk(clerk, edge, monkeypatch):
    def fail(*_args, **_given):
        raise AssertionError("a file was put on the disk")

    monkeypatch.setattr(formparser, "SpooledTemporaryFile", fail)
    content = csv_of(*(somebody(f"SN-{each}") for each in range(7000)))

    answer = post_whole(clerk, content)

    assert len(content) > 512 * 1024  # from there on the framework would use the disk
    assert answer.status_code == 302
    assert edge.count(RosterUpload) == 1


def test_nothing_of_the_file_is_sent_back_with_the_form(send):
    page = send(somebody())

    assert page.text.count("<input") == page.text.count('name="csrf_token"')


def test_if_the_site_changed_the_new_dry_run_is_shown_and_nothing_is_applied(
    clerk, send, edge, make
):
    page = send(somebody())
    send_first = send(somebody())
    clerk.post(step(send_first, "/apply"))
    imports = edge.count(RosterImport)

    shown = clerk.post(step(page, "/apply"), follow_redirects=True)

    assert "The site has changed since you sent the file." in shown.text
    assert edge.count(RosterImport) == imports
    again = clerk.post(step(shown, "/check"), follow_redirects=True)
    assert "There is nothing to do." in again.text


def test_a_file_can_be_deleted_instead(clerk, send, edge):
    page = send(somebody())

    done = clerk.post(step(page, "/cancel"), follow_redirects=True)

    assert "The file is deleted." in done.text
    assert edge.count(RosterUpload) == 0


def test_what_has_to_stay_is_named_and_asked_about(clerk, send, edge, make):
    page = clerk.post(step(send(somebody(), somebody("SN-2")), "/apply"), follow_redirects=True)
    (roster,) = edge.rows(RosterImport)
    newest = max(edge.rows(Person), key=lambda person: person.id)
    make.actor(person=newest)

    shown = clerk.get(f"{ROSTERS}{roster.id}")
    refused = clerk.post(step(page, "/undo"))
    done = clerk.post(step(page, "/undo"), {"even_so": "yes"}, follow_redirects=True)

    assert "This person is in use by now" in shown.text
    assert refused.status_code == 422
    assert "This import was undone." in done.text


def test_the_list_leads_to_every_import(clerk, send):
    clerk.post(step(send(somebody()), "/apply"))

    page = clerk.get(ROSTERS)

    assert "In force" in page.text
    assert "Rosters" in clerk.get("/en/site/").text


def test_a_file_or_an_import_of_others_looks_like_a_missing_one(send, visit, make, edge):
    page = send(somebody())
    other = visit(make.actor(Role.ADMINISTRATOR, make.unit("Second Contingent")))
    apply = step(page, "/apply")

    refused = other.post(apply)
    missing = other.post(f"{ROSTERS}files/00000000-0000-0000-0000-000000000000/apply")

    assert refused.status_code == missing.status_code == 404
    assert steady(refused.text) == steady(missing.text)
    assert refused.status_code == 404


def test_a_roster_needs_a_fresh_sign_in(app, make, admin, visit):
    visitor = visit()
    stale = make.now - timedelta(hours=1)
    visitor.client.set_cookie("welfare", make.web_session(admin, fresh_at=stale))

    assert "/confirm" in visitor.get(ROSTERS).headers["Location"]
    assert "/confirm" in visitor.post(ROSTERS).headers["Location"]


def test_there_is_a_sentence_for_everything_that_can_be_said():
    assert set(roster_page.FILE) == set(Refusal)
    assert set(roster_page.LINE) == {*Trouble, *Notice}
    assert set(roster_page.STAYS) == set(Stays)
    assert set(roster_page.HEADS) == {"", *COLUMNS}
