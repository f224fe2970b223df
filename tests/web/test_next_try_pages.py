"""The contact form plans the next try; the person page and the work-list say when it is."""

from datetime import UTC, datetime, timedelta

import pytest

from models.tables.care import ContactAttempt
from models.vocabulary import NextTry

TRIED = {"result": "tried", "channel": "phone", "words": "No answer."}
SAID = "Next try by"


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


@pytest.fixture
def alert(make, carer, clinician):
    alert = make.alert(make.person(), clinician)
    carer.post(f"/en/alerts/{alert.id}/acknowledge")
    return alert


@pytest.fixture
def record(carer, alert):
    def post(**form):
        asked = {"person": str(alert.person_id), **TRIED, **form}
        return carer.post(f"/en/alerts/{alert.id}/contacts", asked)

    return post


def pages(carer, alert):
    return [carer.get(f"/en/people/{alert.person_id}").text, carer.get("/en/work-list").text]


def test_the_form_offers_the_choices_and_none_is_planned_unless_one_is_chosen(carer, alert):
    page = pages(carer, alert)[0]

    for choice in NextTry:
        assert f'name="next_try" type="radio" value="{choice}"' in page
    assert 'value="none" checked' in page
    assert SAID not in page


def test_both_pages_say_when_the_next_try_is_planned(carer, alert, record, edge):
    record(next_try="four_hours")

    (attempt,) = edge.rows(ContactAttempt)
    wait = attempt.next_try_at - datetime.now(UTC)
    assert abs(wait - timedelta(hours=4)) < timedelta(minutes=5)
    assert all(SAID in page for page in pages(carer, alert))


def test_once_the_person_was_reached_no_page_says_it_any_more(carer, alert, record):
    record(next_try="one_hour")
    record(result="reached", next_try="one_hour")

    assert not [page for page in pages(carer, alert) if SAID in page]


def test_a_form_without_the_choice_plans_none(carer, alert, record, edge):
    record()

    assert edge.rows(ContactAttempt)[0].next_try_at is None


def test_a_choice_that_is_not_offered_is_refused_and_what_was_entered_is_kept(record, edge):
    page = record(next_try="next_year")

    assert page.status_code == 422
    assert '<a href="#next_try">' in page.text and "No answer." in page.text
    assert edge.count(ContactAttempt) == 0


def test_a_refused_form_keeps_the_planned_try(record):
    page = record(result="", next_try="tomorrow")

    assert page.status_code == 422
    assert 'value="tomorrow" checked' in page.text
