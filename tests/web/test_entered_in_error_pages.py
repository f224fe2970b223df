"""Striking out a screening in pages: asked first, with a reason; then shown to both sides."""

from datetime import timedelta

import pytest

from models.tables.paper import EnteredInError
from models.tables.people import Person
from models.tables.screenings import Screening
from models.vocabulary import Origin, Role
from tests.factories import CRITICAL, TODAY
from tests.web.pages import links


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def screening(make, edge, member, clinician):
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)
    return make.screening(person, CRITICAL, day=TODAY - timedelta(days=3))


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


def test_it_is_asked_first_then_struck_through_for_both(carer, visit, member, screening, edge):
    record = f"/en/people/{member.person_id}"
    ask = f"/en/screenings/{screening.id}/in-error"
    assert ask in links(carer.get(record).text)
    page = carer.get(ask).text
    assert "This cannot be undone." in page

    done = carer.post(ask, {"reason": "typed_wrong", "words": "Row 4."}, follow_redirects=True)

    assert done.request.path == record
    assert "<s>" in done.text and "Entered in error" in done.text
    assert "The paper or the file says something else. Row 4." in done.text
    assert ask not in links(done.text)
    history = visit(member).get("/en/me/history").text
    assert "<s>" in history and "Marked as entered in error by Adan Marrow" in history
    assert f"/en/me/receipts/{screening.id}" not in history
    assert "Row 4." not in history
    assert edge.count(EnteredInError) == 1


def test_without_a_reason_the_page_asks_again(carer, screening, edge):
    page = carer.post(f"/en/screenings/{screening.id}/in-error", {"words": "Because."})

    assert page.status_code == 422
    assert "Please choose one of the options." in page.text and "Because." in page.text
    assert edge.count(EnteredInError) == 0


def test_others_find_nothing_to_strike_out(visit, make, screening, edge):
    path, form = f"/en/screenings/{screening.id}/in-error", {"reason": "twice"}
    for role in set(Role) - {Role.CLINICIAN, Role.CLINIC_LEAD}:
        other = visit(make.actor(role))
        assert (other.get(path).status_code, other.post(path, form).status_code) == (403, 403)
    colleague = visit(make.actor(Role.CLINICIAN))
    assert (colleague.get(path).status_code, colleague.post(path, form).status_code) == (404, 404)
    assert edge.count(EnteredInError) == 0


def test_when_answers_came_later_than_they_were_given_both_days_are_said(
    carer, make, member, screening
):
    with make.kept() as session:
        session.get_one(Screening, screening.id).origin = Origin.PAPER

    page = carer.get(f"/en/people/{member.person_id}").text

    assert "Answered on " in page and ", entered on " in page
