"""Let someone call me: the pages of members and of strangers, and what the clinician sees."""

import pytest
from sqlalchemy import select

from models.tables.care import Alert
from models.vocabulary import Role


def test_a_stranger_leaves_a_number_and_is_told_by_when_somebody_calls(visit, make, rung):
    make.reachable()

    told = visit().post(
        "/en/call-me", {"phone": "+00 555 0199", "called": "Sam", "unit": str(make.root.id)}
    )

    assert told.status_code == 200
    assert "should call you by" in told.text
    assert rung


def test_a_member_asks_in_one_tap(visit, make, database):
    make.reachable()
    member = make.actor(Role.MEMBER)

    page = visit(member).get("/en/call-me").text
    told = visit(member).post("/en/call-me")

    assert "+00 555 0100" in page
    assert told.status_code == 200
    with database.reading() as session:
        assert session.scalars(select(Alert.person_id)).all() == [member.person_id]


def test_the_clinician_sees_the_number_and_whom_to_ask_for(visit, make, database):
    clinician = make.reachable()
    visit().post(
        "/en/call-me", {"phone": "+00 555 0199", "called": "Sam", "unit": str(make.root.id)}
    )
    with database.reading() as session:
        person_id = session.scalar(select(Alert.person_id))

    listed = visit(clinician).get("/en/work-list")
    page = visit(clinician).get(f"/en/people/{person_id}").text

    assert "Sam" in listed.text
    assert "Asks to be called" in page
    assert "+00 555 0199" in page


def test_without_a_number_the_form_says_what_is_missing_and_keeps_the_rest(visit, make):
    make.reachable()

    told = visit().post("/en/call-me", {"phone": "", "called": "Sam", "unit": str(make.root.id)})

    assert told.status_code == 422
    assert "Please give a telephone number." in told.text
    assert 'value="Sam"' in told.text


def test_where_nobody_is_on_duty_the_page_says_so_and_shows_numbers(visit, make):
    told = visit().post("/en/call-me", {"phone": "+00 555 0199", "unit": str(make.root.id)})

    assert told.status_code == 409
    assert "Nobody can call you back right now" in told.text


@pytest.mark.parametrize("unit", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_contingent_is_refused(unit, visit, make):
    make.reachable()

    told = visit().post("/en/call-me", {"phone": "+00 555 0199", "unit": unit})

    assert told.status_code == 422
