"""Interviews and checks on the clinician's and the member's pages."""

from datetime import timedelta

import pytest

from models.tables.interviews import Certification
from models.tables.people import Person
from models.tables.screenings import Draft, Window
from models.vocabulary import Role, SetAsideBy
from tests.answered import ALWAYS, answered
from tests.factories import CRITICAL, TODAY
from tests.web.pages import actions, links, steady
from welfare.services.drafts import Page, save_part

DAY = timedelta(days=1)
WORDS = "Agreed to talk again in May."
FORM = {"spoken_on": TODAY.isoformat(), "channel": "video", "agreed": WORDS}


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def person(edge, member):
    return edge.rows(Person, Person.id == member.person_id)[0]


def test_from_the_list_of_those_who_wait_to_a_certified_interview(
    carer, visit, make, member, person, edge
):
    answered(make, person, programme=ALWAYS)
    assert "/en/interviews/" in links(carer.get("/en/work-list").text)
    (take,) = actions(carer.get("/en/interviews/").text)

    record = carer.post(take).headers["Location"]

    assert "Interview to do" in carer.get("/en/work-list").text
    (action,) = [each for each in actions(carer.get(record).text) if each.endswith("/certify")]
    done = carer.post(action, {"person": str(person.id), **FORM})
    assert done.headers["Location"] == record
    page = carer.get(record).text
    assert WORDS in page and "By video" in page
    assert "Interview to do" not in carer.get("/en/work-list").text
    assert "An interview took place on" in visit(member).get("/en/me/history").text
    assert edge.count(Certification) == 1


@pytest.mark.parametrize("changed", [{"channel": ""}, {"spoken_on": "soon"}, {"spoken_on": ""}])
def test_a_refused_interview_keeps_its_words(carer, make, clinician, person, edge, changed):
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS)

    page = carer.post(
        f"/en/screenings/{screening.id}/certify", {"person": str(person.id), **FORM, **changed}
    )

    assert page.status_code == 422 and "<title>Error:" in page.text
    assert WORDS in page.text
    assert edge.count(Certification) == 0


def test_care_can_end_with_the_interview_and_leads_back_to_the_list(carer, make, clinician, person):
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS)

    done = carer.post(
        f"/en/screenings/{screening.id}/certify",
        {"person": str(person.id), **FORM, "ends_care": "yes"},
    )

    assert done.headers["Location"] == "/en/work-list"
    assert carer.get(f"/en/people/{person.id}").status_code == 404


def test_an_open_check_is_waived_from_the_page_of_the_person(carer, make, clinician, person, edge):
    make.case(person, clinician)
    window = make.window(person.id)
    late = {"opens_on": TODAY - 90 * DAY, "due_by": TODAY - 60 * DAY}
    make.window(person.id, **late, closes_on=TODAY - DAY)
    record = f"/en/people/{person.id}"
    assert "1 check missed" in carer.get("/en/work-list").text
    page = carer.get(record).text
    (action,) = [each for each in actions(page) if each.endswith("/waive")]
    assert "Missed" in page

    assert carer.post(action).headers["Location"] == record

    assert edge.rows(Window, Window.id == window.id)[0].set_aside is SetAsideBy.WAIVED
    assert action not in carer.get(record).text


def test_a_member_reads_which_check_it_is_and_when_it_closes(visit, make, member):
    make.window(
        member.person_id,
        anchor_day=TODAY - 100 * DAY,
        opens_on=TODAY - 10 * DAY,
        closes_on=TODAY + 20 * DAY,
        due_by=TODAY + 10 * DAY,
    )

    page = visit(member).get("/en/me/").text

    assert "90-day check</h2>" in page
    assert f"It closes on {(TODAY + 20 * DAY).strftime('%-d %B %Y')}." in page


def test_a_receipt_says_which_check_it_was(visit, make, member, person):
    screening = answered(make, person)

    page = visit(member).get(f"/en/me/receipts/{screening.id}").text

    assert "This was the check after return." in page


def test_a_missed_check_is_named_only_while_nothing_is_asked(visit, make, member):
    late = {"opens_on": TODAY - 90 * DAY, "due_by": TODAY - 60 * DAY}
    make.window(member.person_id, **late, closes_on=TODAY - DAY)
    visitor = visit(member)
    assert "You missed one" in visitor.get("/en/me/").text

    make.window(member.person_id)

    assert "You missed one" not in visitor.get("/en/me/").text


def test_a_member_says_no_to_one_check(visit, make, member, edge):
    window = make.window(member.person_id)
    visitor, path = visit(member), f"/en/me/screenings/{window.id}/decline"
    assert path in links(visitor.get("/en/me/").text)
    page = visitor.get(path).text
    assert "Nobody in command is told" in page and path in actions(page)

    visitor.post(path)

    assert edge.rows(Window)[0].set_aside is SetAsideBy.DECLINED
    start = visitor.get("/en/me/").text
    assert "You will not be asked this time." in start and "Nothing is due now" in start
    assert visitor.get(path).status_code == 409


def test_a_critical_answer_is_sent_before_the_check_is_declined(visit, make, member, edge):
    window = make.window(member.person_id)
    given = {"actor": member, "window_id": window.id, "part": "phq-9", "page": Page(mark=1)}
    edge.act(save_part, **given, answers=CRITICAL["phq-9"], today=TODAY, at=make.now)

    page = visit(member).post(f"/en/me/screenings/{window.id}/decline")

    assert page.status_code == 422 and "Please send it first" in page.text
    assert edge.count(Draft) == 1


def test_nobody_declines_or_waives_for_others(visit, make, member, carer):
    window = make.window(member.person_id)

    for visitor, path in (
        (visit(make.actor()), f"/en/me/screenings/{window.id}/decline"),
        (carer, f"/en/windows/{window.id}/waive"),
        (visit(make.actor(Role.CLINIC_LEAD)), f"/en/windows/{window.id}/waive"),
    ):
        missing = path.replace(str(window.id), "00000000-0000-0000-0000-000000000000")
        refused = visitor.post(path)
        assert refused.status_code == 404
        assert steady(refused.text) == steady(visitor.post(missing).text)
