"""The pages of plans: written with the person, never lost, and shown to them as theirs."""

from datetime import timedelta

import pytest

from models.base import new_key
from models.tables.people import Person
from models.tables.plans import Plan
from models.vocabulary import Role
from tests.factories import TODAY
from tests.models.rows import a_plan
from tests.web.pages import hidden, links
from welfare.services.plans import sign_plan

SIGNS = "I stop answering the phone."
REVIEW = (TODAY + timedelta(days=20)).isoformat()
SAFETY = {"signs": SIGNS, "coping": "Walk.", "review_on": REVIEW, "agreed": "yes"}
SAFETY |= {"weapon_who": "The armourer", "weapon_until": "until the summer"}
CARE = {"problem": "Sleep", "review_on": REVIEW, "goal_1": "Sleep through", "goal_2": ""}
CARE |= {"goal_1_by": REVIEW, "goal_1_state": "open"}


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make):
    return make.actor()


@pytest.fixture
def case(make, member, clinician):
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    return make.case(person, clinician)


@pytest.fixture
def carer(visit, clinician, case):
    return visit(clinician)


@pytest.fixture
def write(carer, case):
    """The form of a new version, and what it carries."""

    def begun(kind="safety"):
        page = carer.post(f"/en/people/{case.person_id}/plans/write", {"kind": kind})
        return page, hidden(page.text)

    return begun


@pytest.fixture
def sign(carer, case):
    return lambda fields, **form: carer.post(f"/en/cases/{case.id}/plans", fields | form)


def test_from_the_record_to_a_signed_safety_plan_that_begins_with_the_sites_numbers(
    carer, case, write, sign, edge
):
    way = f"/en/people/{case.person_id}/plans"
    assert way in links(carer.get(f"/en/people/{case.person_id}").text)
    page, fields = write()
    assert "Peer line" in page.text or "+00" in page.text

    done = sign(fields, **SAFETY)

    assert done.headers["Location"] == way
    shown = carer.get(way).text
    for words in (SIGNS, "The armourer", "until the summer"):
        assert words in shown
    assert "Not yet agreed" not in shown and edge.count(Plan) == 1


def test_a_refused_form_gives_back_all_that_was_typed(write, sign, edge):
    _page, fields = write()

    page = sign(fields, **SAFETY | {"signs": "", "review_on": "soon"})

    assert page.status_code == 422 and "<title>Error:" in page.text
    for words in ("Walk.", "The armourer", "until the summer", 'value="soon"'):
        assert words in page.text
    assert "checked" in page.text and edge.count(Plan) == 0
    again = hidden(page.text)
    assert again["made_from"] == fields["made_from"]
    assert sign(again, **SAFETY).status_code == 302


def test_where_a_colleague_was_faster_both_versions_are_shown_and_one_decides(
    make, case, write, sign, edge
):
    _page, fields = write()
    colleague = make.actor(Role.CLINICIAN)
    with make.kept() as session:
        session.merge(case).second_id = colleague.account_id
    given = {"actor": colleague, "case_id": case.id, "plan_id": new_key(), "made_from": None}
    theirs = a_plan(said={"signs": "Sits in the car for an hour."})
    edge.act(sign_plan, **given, written=theirs, at=make.now)

    page = sign(fields, **SAFETY)

    assert page.status_code == 409 and edge.count(Plan) == 1
    assert "Sits in the car for an hour." in page.text and SIGNS in page.text
    assert sign(hidden(page.text), **SAFETY).status_code == 302
    assert edge.count(Plan) == 2


def test_goals_keep_their_state_in_the_next_version_and_leave_room_for_more(
    carer, case, write, sign
):
    _page, fields = write("care")
    sign(fields, **CARE)

    page, fields = write("care")

    assert 'value="Sleep through"' in page.text and 'name="goal_3"' in page.text
    sign(fields, **CARE | {"goal_1_state": "reached"})
    shown = carer.get(f"/en/people/{case.person_id}/plans").text
    assert "Reached" in shown and "1 older version" in shown


@pytest.mark.parametrize("form", [{"kind": "will"}, {}])
def test_a_kind_that_there_is_not_is_refused(carer, case, form):
    assert carer.post(f"/en/people/{case.person_id}/plans/write", form).status_code == 422


def test_the_person_finds_the_own_plan_and_the_goals_but_not_the_rest(
    make, visit, member, write, sign
):
    own = visit(member)
    assert "There is no plan yet" in own.get("/en/me/plan").text
    for kind, form in (("safety", SAFETY), ("care", CARE | {"done": "Talks every week."})):
        sign(write(kind)[1], **form)

    page = own.get("/en/me/plan").text

    for words in (SIGNS, "The armourer", "Sleep through", "This is yours."):
        assert words in page
    assert "Talks every week." not in page
    assert "/en/me/plan" in own.get("/en/me/record").text
    assert SIGNS not in visit(make.actor()).get("/en/me/plan").text


def test_who_does_not_look_after_the_person_finds_nothing(make, visit, case, sign, write):
    stranger = visit(make.actor(Role.CLINICIAN))

    assert stranger.get(f"/en/people/{case.person_id}/plans").status_code == 404
    assert stranger.post(f"/en/cases/{case.id}/plans", write()[1] | SAFETY).status_code == 404
    commander = visit(make.actor(Role.COMMANDER))
    assert commander.get(f"/en/people/{case.person_id}/plans").status_code == 403
