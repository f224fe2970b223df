"""The short questions on the receipt: optional, calm, and answered the same whatever was told."""

from uuid import uuid4

import pytest

from models import vault
from models.tables.care import Alert
from models.tables.people import Person
from models.vocabulary import Act, AlertStatus, Role
from tests.factories import CALM
from tests.hazards.scenes import send
from tests.web.pages import actions, steady
from welfare.policies.acuity import Acuity, told_of

CHOSEN = 'name="today" type="radio" value="yes" checked'
NEEDED = ("It helps us come to those first who need it soonest.", "Is it about today?")


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def receipt(edge, make, member):
    return f"/en/me/receipts/{send(edge, make, member).screening.id}"


@pytest.fixture
def own(visit, member):
    return visit(member)


def told(edge):
    (alert,) = edge.rows(Alert)
    with edge.database.reading() as session:
        return told_of(vault.key_for(session, person_id=alert.person_id), alert)


def test_the_questions_stand_below_the_numbers_to_call_and_are_thanked_for(own, receipt, edge):
    page = own.get(receipt).text
    assert f"{receipt}/more" in actions(page)
    assert page.index("+00 555 0101") < page.index(NEEDED[1])
    assert all(each in page for each in NEEDED)

    done = own.post(f"{receipt}/more", {"today": "yes", "how": "skip", "reach": "no"})

    assert done.headers["Location"] == f"{receipt}/thanks"
    thanks = own.get(done.headers["Location"]).text
    assert "+00 555 0101" in thanks and "A clinician has been told" in thanks
    assert told(edge) == Acuity(today=True, reach=False)


def test_the_answer_is_the_same_whatever_was_told(own, receipt):
    pages = set()
    for answer in ("no", "skip", "yes", ""):
        form = dict.fromkeys(("today", "how", "reach"), answer)
        done = own.post(f"{receipt}/more", form)
        pages.add((done.status_code, steady(own.get(done.headers["Location"]).text)))

    assert len(pages) == 1


def test_what_was_told_is_not_shown_to_whoever_looks_over_the_shoulder(own, receipt):
    before = steady(own.get(receipt).text)

    own.post(f"{receipt}/more", {"today": "yes", "how": "yes", "reach": "yes"})

    assert steady(own.get(receipt).text) == before and CHOSEN not in before


def test_an_answer_that_is_not_on_offer_keeps_the_others_and_the_numbers(own, receipt, edge):
    page = own.post(f"{receipt}/more", {"today": "yes", "how": "maybe"})

    assert page.status_code == 422 and "<title>Error:" in page.text
    assert 'href="#how"' in page.text and "+00 555 0101" in page.text
    assert CHOSEN in page.text
    assert edge.acts()[Act.ACUITY_TOLD] == 0


def test_calm_answers_are_asked_nothing_and_have_no_such_pages(own, edge, make, member):
    calm = f"/en/me/receipts/{send(edge, make, member, answers=CALM).screening.id}"

    assert f"{calm}/more" not in actions(own.get(calm).text)
    assert own.post(f"{calm}/more", {"today": "yes"}).status_code == 404
    assert own.get(f"{calm}/thanks").headers["Location"] == calm


def test_somebody_elses_look_like_missing_ones_and_of_closed_ones_nobody_is_told(
    own, visit, make, receipt, edge
):
    other, missing = visit(make.actor()), f"/en/me/receipts/{uuid4()}"
    form = {"today": "yes"}
    nothing = own.post(f"{missing}/more", form)
    assert steady(other.post(f"{receipt}/more", form).text) == steady(nothing.text)
    assert other.get(f"{receipt}/thanks").status_code == 404

    with make.kept() as session:
        alert = session.query(Alert).one()
        alert.status, alert.closed_at, alert.outcome = AlertStatus.CLOSED, make.now, alert.detail
        alert.acknowledged_at, alert.acknowledged_by = make.now, alert.owner_id

    closed = own.post(f"{receipt}/more", form)
    assert closed.headers["Location"] == receipt
    assert "This has reached nobody" in own.get(receipt).text
    assert f"{receipt}/more" not in actions(own.get(receipt).text)
    assert edge.acts()[Act.ACUITY_TOLD] == 0


def test_clinicians_read_it_in_words_in_the_list_and_on_the_page(
    own, receipt, visit, clinician, member
):
    listed = visit(clinician).get("/en/work-list").text
    assert "Said:" not in listed

    own.post(f"{receipt}/more", {"today": "yes", "reach": "yes"})

    assert "Said: today, means at hand" in visit(clinician).get("/en/work-list").text
    page = visit(clinician).get(f"/en/people/{member.person_id}").text
    assert "Have you thought about how? <strong>Not answered</strong>" in page
    assert "Is something you would use within reach? <strong>Yes</strong>" in page


def test_a_lead_reads_it_beside_alerts_that_nobody_has_taken(own, receipt, visit, make):
    from_lead = visit(make.actor(Role.CLINIC_LEAD))
    own.post(f"{receipt}/more", {"how": "yes"})

    assert "Said: has thought about how" in from_lead.get("/en/work-list").text


def test_a_historic_alert_takes_nothing_any_more(make, edge, own, member):
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    old = make.alert(person, None, status=AlertStatus.HISTORIC, due_at=None)

    assert own.post(f"/en/me/receipts/{old.screening_id}/more", {"how": "yes"}).status_code == 404
    assert edge.rows(Alert)[0].acuity is None
