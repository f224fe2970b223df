"""The page on which questions are assigned in care, and what the member reads of them."""

from datetime import timedelta

import pytest

from models.session import snapshot
from models.tables.measures import AssignedMeasure
from models.tables.people import Person
from models.tables.screenings import Window
from models.vocabulary import CaseStatus, Role
from tests.answered import answered
from tests.factories import CALM, TODAY
from tests.web.pages import actions, hidden, links, steady

DAY = timedelta(days=1)


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make):
    return make.actor()


@pytest.fixture
def person(make, member):
    with snapshot(make.database) as session:
        return session.get_one(Person, member.person_id)


@pytest.fixture
def case(make, clinician, person):
    return make.case(person, clinician)


@pytest.fixture
def carer(visit, clinician, case):
    return visit(clinician)


@pytest.fixture
def page(person):
    return f"/en/people/{person.id}/measures"


@pytest.fixture
def assign(carer, case, page):
    """The one-click form of a questionnaire, as the page brings it."""

    def send(instrument="phq-9", rhythm="weekly", **form):
        fields = hidden(carer.get(page).text) | {"instrument": instrument, "rhythm": rhythm}
        return carer.post(f"/en/cases/{case.id}/measures", fields | form)

    return send


def test_one_click_assigns_and_the_page_says_how_it_stands(carer, page, assign, person, edge):
    assert page in links(carer.get(f"/en/people/{person.id}").text)
    empty = carer.get(page).text
    assert "Nothing is assigned now." in empty and empty.count('name="rhythm"') == 21

    done = assign()

    assert done.headers["Location"] == page
    text = carer.get(page).text
    (row,) = edge.rows(AssignedMeasure)
    assert "PHQ-9: Mood and energy" in text and "Every week" in text
    assert "Due now" in text and "No data yet." in text
    assert f"/en/measures/{row.id}/end" in actions(text)
    assert 'value="phq-9"' not in text  # it is not offered twice


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Last answered on"),
        (5, "No data since"),
    ],
)
def test_what_is_overdue_says_since_when_there_is_no_data(
    carer, make, case, person, page, days, words
):
    answered(make, person, CALM, day=TODAY - 40 * DAY)
    make.measure(case, day=TODAY - days * DAY)

    text = carer.get(page).text

    assert words in text and ("Overdue" in text) is bool(days)


def test_ending_is_one_click_and_it_stays_to_be_seen(carer, page, make, case):
    measure = make.measure(case)

    done = carer.post(f"/en/measures/{measure.id}/end")

    assert done.headers["Location"] == page
    text = carer.get(page).text
    assert "Ended" in text and "From " in text
    assert f"/en/measures/{measure.id}/end" not in actions(text)


def test_a_refused_form_gives_back_what_was_chosen(assign, edge, make, case):
    make.measure(case, "k10")

    refused = assign("k10", "four_weeks")
    assert refused.status_code == 422
    assert "This questionnaire is asked already." in refused.text
    assert '<option value="four_weeks" selected>' in refused.text
    nothing = assign("", "weekly")
    assert nothing.status_code == 422 and "Please choose one of the options." in nothing.text
    assert assign(measure_id="no id").status_code == 422
    assert edge.count(AssignedMeasure) == 1


def test_who_may_only_read_sees_no_form(visit, make, page, person, case):
    second = make.actor(Role.CLINICIAN)
    make.measure(case)
    with make.kept() as session:
        session.get_one(type(case), case.id).second_id = second.account_id

    text = visit(second).get(page).text

    assert "PHQ-9: Mood and energy" in text and actions(text) == []
    assert "Ask from now on" not in text


def test_for_everybody_else_it_looks_as_if_there_was_nothing(visit, make, page, case):
    measure = make.measure(case)
    stranger = visit(make.actor(Role.CLINICIAN))
    nobody = "00000000-0000-0000-0000-000000000000"

    for place, other in (
        (page, f"/en/people/{nobody}/measures"),
        (f"/en/measures/{measure.id}/end", f"/en/measures/{nobody}/end"),
        (f"/en/cases/{case.id}/measures", f"/en/cases/{nobody}/measures"),
    ):
        ask = stranger.get if place == page else stranger.post
        form = {"measure_id": nobody, "instrument": "phq-9", "rhythm": "weekly"}
        answers = [ask(each) if ask == stranger.get else ask(each, form) for each in (place, other)]
        assert {each.status_code for each in answers} == {404}
        assert len({steady(each.text) for each in answers}) == 1


def test_the_member_reads_who_asked_and_no_reason_of_any_mission(visit, make, member, case, edge):
    make.measure(case)
    (window,) = edge.rows(Window)
    theirs = visit(member)

    text = theirs.get("/en/me/").text
    assert "Questions from your clinician" in text and "Your clinician asked for this." in text
    assert "We ask everybody" not in text
    first = theirs.get(f"/en/me/screenings/{window.id}").text
    assert "so that you both see how you are doing" in first and "We ask everybody" not in first
    assert "Mood and energy" in first
    asked = theirs.get(f"/en/me/screenings/{window.id}/decline").text
    assert "Only your clinician sees that you did not answer." in asked
    assert "welfare officer" not in asked


def test_after_care_has_ended_nothing_is_asked_and_nothing_shown(
    visit, carer, make, member, case, page, edge
):
    make.measure(case)

    carer.post(f"/en/cases/{case.id}/close", {"ending": "no_need", "person": str(case.person_id)})

    assert edge.rows(type(case))[0].status is CaseStatus.CLOSED
    assert "Nothing is due now" in visit(member).get("/en/me/").text
    assert carer.get(page).status_code == 404
