"""The clinician's pages: acknowledge, contact, close, note; and every reading in the trail."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from models.enrolment import Newcomer, enrol
from models.tables.audit import AuditEvent
from models.tables.care import Alert, ContactAttempt, Note
from models.tables.people import Person
from models.tables.places import Unit
from models.vocabulary import Act, AlertStatus, Role
from tests.web.pages import actions, links

WORDS = "Spoke at length about the river."
CONTACT = {"result": "reached", "channel": "phone", "words": ""}


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def alert(make, clinician):
    return make.alert(make.person(), clinician)


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


def events(edge, act):
    return edge.rows(AuditEvent, AuditEvent.act == act)


def test_from_the_work_list_to_a_closed_alert_by_links_and_forms(carer, alert, edge):
    work_list = carer.get("/en/work-list")
    record = f"/en/people/{alert.person_id}"
    assert record in links(work_list.text)
    assert f"/en/alerts/{alert.id}/acknowledge" in actions(work_list.text)

    assert carer.post(f"/en/alerts/{alert.id}/acknowledge").headers["Location"] == record
    for end, form in (
        ("/contacts", {"result": "tried", "channel": "phone", "words": ""}),
        ("/contacts", {"result": "reached", "channel": "in_person", "words": WORDS}),
        ("/close", {"outcome": "supported", "outcome_words": "Friday again."}),
        ("/notes", {"words": "Slept better."}),
    ):
        (action,) = [each for each in actions(carer.get(record).text) if each.endswith(end)]
        done = carer.post(action, {"person": str(alert.person_id), **form})
        assert done.headers["Location"] == record

    after = carer.get(record).text
    assert edge.rows(Alert)[0].status is AlertStatus.CLOSED
    for said in (WORDS, "Friday again.", "Slept better."):
        assert said in after
    assert "Acknowledge" not in carer.get("/en/work-list").text


def test_opening_a_record_leaves_an_event_that_the_person_sees_at_once(
    carer, visit, make, edge, clinician
):
    member = make.actor()
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)

    carer.get(f"/en/people/{member.person_id}")

    (event,) = events(edge, Act.RECORD_READ)
    assert (event.actor_id, event.person_id) == (clinician.account_id, member.person_id)
    readers = visit(member).get("/en/me/readers").text
    assert "Opened your record" in readers and "Adan Marrow" in readers


def test_a_page_whose_reading_cannot_be_recorded_is_not_shown(carer, alert, edge):
    shown = carer.get(f"/en/people/{alert.person_id}").text
    name = re.search(r"Marrow[0-9a-f]{6}", shown).group()
    edge.break_table("audit_event")

    for path in (f"/en/people/{alert.person_id}", "/en/work-list"):
        page = carer.get(path)
        assert page.status_code == 500
        assert name not in page.text


@pytest.mark.parametrize(
    ("end", "form", "kept"),
    [
        ("contacts", {"result": "", "channel": "video", "words": WORDS}, WORDS),
        ("contacts", {"result": "reached", "channel": "pigeon", "words": WORDS}, WORDS),
        ("close", {"outcome": "", "outcome_words": WORDS}, WORDS),
        ("close", {"outcome": "general", "outcome_words": WORDS}, WORDS),
    ],
)
def test_a_refused_form_keeps_what_was_entered_and_its_page_is_in_the_trail(
    carer, alert, edge, end, form, kept
):
    person = {"person": str(alert.person_id)}
    carer.post(f"/en/alerts/{alert.id}/acknowledge")
    carer.post(f"/en/alerts/{alert.id}/contacts", CONTACT | person)
    before = edge.contents()

    page = carer.post(f"/en/alerts/{alert.id}/{end}", person | form)

    assert page.status_code == 422
    assert kept in page.text
    assert "<title>Error:" in page.text
    assert len(events(edge, Act.RECORD_READ)) == 1
    assert edge.contents() == before


def test_closing_without_any_contact_is_refused(carer, alert, edge):
    carer.post(f"/en/alerts/{alert.id}/acknowledge")

    page = carer.post(
        f"/en/alerts/{alert.id}/close",
        {"person": str(alert.person_id), "outcome": "supported", "outcome_words": ""},
    )

    assert page.status_code == 422
    assert edge.rows(Alert)[0].status is AlertStatus.ACKNOWLEDGED


def test_a_refused_note_shows_the_record_and_that_is_in_the_trail(carer, make, clinician, edge):
    case = make.case(make.person(), clinician)

    page = carer.post(f"/en/cases/{case.id}/notes", {"person": str(case.person_id), "words": " "})

    assert page.status_code == 422
    assert [event.person_id for event in events(edge, Act.RECORD_READ)] == [case.person_id]
    assert edge.count(Note) == 0


def test_a_note_that_is_too_long_is_not_lost(carer, make, clinician):
    case = make.case(make.person(), clinician)

    page = carer.post(
        f"/en/cases/{case.id}/notes",
        {"person": str(case.person_id), "words": WORDS + "w" * 8000},
    )

    assert page.status_code == 422 and WORDS in page.text


def test_a_form_that_names_another_person_shows_nothing_of_them(carer, alert, make, edge):
    carer.post(f"/en/alerts/{alert.id}/acknowledge")
    other = make.person()
    make.case(other, make.actor(Role.CLINICIAN))

    page = carer.post(
        f"/en/alerts/{alert.id}/contacts", {"person": str(other.id), "result": "", "channel": ""}
    )

    assert page.status_code == 404
    assert not edge.rows(AuditEvent, AuditEvent.person_id == other.id)


def test_of_two_who_acknowledge_the_second_is_told_that_somebody_was_faster(
    carer, visit, make, alert
):
    lead = visit(make.actor(Role.CLINIC_LEAD))
    path = f"/en/alerts/{alert.id}/acknowledge"

    first, second = lead.post(path), carer.post(path)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "Somebody has been faster" in second.text


def test_of_two_at_the_same_moment_one_takes_it_and_the_other_sees_no_fault(
    carer, visit, make, alert, edge
):
    browsers = (carer, visit(make.actor(Role.CLINIC_LEAD)))
    tokens = [browser.token() for browser in browsers]
    together = Barrier(2, timeout=10)

    def take(browser, token):
        together.wait()
        path = f"/en/alerts/{alert.id}/acknowledge"
        return browser.client.post(path, data={"csrf_token": token}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(take, browsers, tokens))

    assert statuses == [302, 409]
    assert len(events(edge, Act.ALERT_ACKNOWLEDGED)) == 1


def test_contact_before_acknowledging_is_out_of_turn(carer, alert, edge):
    answer = carer.post(
        f"/en/alerts/{alert.id}/contacts", {"result": "reached", "channel": "phone"}
    )

    assert answer.status_code == 409
    assert edge.count(ContactAttempt) == 0


def test_a_lead_finds_alerts_that_nobody_has_taken_and_takes_one(visit, make, alert, edge):
    lead = make.actor(Role.CLINIC_LEAD)
    visitor = visit(lead)
    assert f"/en/alerts/{alert.id}/acknowledge" in actions(visitor.get("/en/work-list").text)

    visitor.post(f"/en/alerts/{alert.id}/acknowledge")

    assert edge.rows(Alert)[0].owner_id == lead.account_id
    assert visitor.get(f"/en/people/{alert.person_id}").status_code == 200


def test_a_lead_does_not_open_a_record_before_taking_the_alert(visit, make, alert):
    assert (
        visit(make.actor(Role.CLINIC_LEAD)).get(f"/en/people/{alert.person_id}").status_code == 404
    )


def test_words_of_a_note_are_shown_as_words_and_never_run(carer, make, clinician):
    case = make.case(make.person(), clinician)

    carer.post(f"/en/cases/{case.id}/notes", {"words": "<script>alert(1)</script>{{ 7 * 7 }}"})

    page = carer.get(f"/en/people/{case.person_id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page


def test_the_page_of_somebody_of_an_imported_file_opens_from_the_work_list(carer, clinician, make):
    unit_id = make.root.id
    with make.kept() as session:
        newcomer = Newcomer(session.get_one(Unit, unit_id), make.now.date(), {"sex": "female"})
        person = enrol(session, newcomer=newcomer, at=make.now).person
    make.alert(person, clinician)
    record = f"/en/people/{person.id}"

    page = carer.get(record)

    assert record in links(carer.get("/en/work-list").text)
    assert page.status_code == 200
    assert f"#{person.id.hex[-8:]}" in page.text
