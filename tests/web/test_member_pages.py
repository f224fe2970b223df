"""A member's whole way without script: due, read, parts, check, send, receipt, history."""

import re
from uuid import uuid4

import pytest

from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.screenings import ConflictCopy, Draft, Screening
from models.vocabulary import Act, Role
from tests.factories import CALM, CRITICAL
from tests.web.pages import actions, hidden, links
from welfare.web.forms import answer_fields

CLEAR = {"phq-9": dict.fromkeys(map(str, range(1, 10)), 0)}


@pytest.fixture
def member(make):
    make.reachable()
    return make.actor()


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def me(visit, member):
    return visit(member)


@pytest.fixture
def start(window):
    return f"/en/me/screenings/{window.id}"


def follow(me, answer):
    assert answer.status_code == 302, answer.text
    return me.get(answer.headers["Location"])


def answer_all(me, start, answers):
    """Every part by its form, as far as the check page."""
    page = me.get(f"{start}/parts/1")
    for code in answers:
        (action,) = actions(page.text)
        page = follow(me, me.post(action, answer_fields({code: answers[code]})))
    return page


def test_from_the_start_page_to_the_receipt_by_links_and_forms_alone(me, start, edge):
    due = me.get("/en/me/")
    assert start in links(due.text)
    intro = me.get(start)
    assert f"{start}/parts/1" in links(intro.text)

    check = answer_all(me, start, CALM)
    (action,) = actions(check.text)
    receipt = follow(me, me.post(action, hidden(check.text)))

    (kept,) = edge.rows(Screening)
    assert receipt.status_code == 200
    assert str(kept.id)[-12:] in receipt.text
    assert edge.count(Draft) == edge.count(Alert) == 0
    assert "/en/me/history" in links(receipt.text)
    assert str(kept.id) in me.get("/en/me/history").text
    assert start not in me.get("/en/me/").text


def test_a_critical_answer_shows_support_at_once_and_rings_the_bell(me, start, edge, rung):
    check = answer_all(me, start, CRITICAL)
    assert "You are not in trouble for telling us." in check.text
    assert "+00 555 0101" in check.text
    assert rung == []

    receipt = follow(me, me.post(f"{start}/send", hidden(check.text)))

    assert rung == [1]
    assert edge.count(Alert) == 1
    assert "+00 555 0101" in receipt.text
    assert "A clinician has been told" in receipt.text


def test_neither_receipt_nor_history_shows_a_member_a_number_of_points(me, start, edge):
    strained = {**CALM, "audit-c": {"1": 4, "2": 4, "3": 4}}
    check = answer_all(me, start, strained)
    (action,) = actions(check.text)

    receipt = follow(me, me.post(action, hidden(check.text)))

    words = re.sub(r"<[^>]+>", " ", receipt.text)
    assert not re.search(r"\b12\b(?! h)", words.split("Receipt number")[0])
    assert "AUDIT" not in words and "PHQ" not in words


def test_further_questions_come_only_where_the_first_open_them(me, start):
    opening = {**CALM, "gad-2": {"1": 3, "2": 3}}

    page = answer_all(me, start, opening)

    assert 'name="gad-7.1"' in page.text


def test_an_unanswered_question_is_named_and_the_others_stay_chosen(me, start, edge):
    given = answer_fields({"phq-9": {**CLEAR["phq-9"], "3": 2, "4": None}})
    del given["phq-9.7"]
    me.post(f"{start}/parts/1", answer_fields({"pc-ptsd-5": {"0": 0}}))

    page = me.post(f"{start}/parts/2", given)

    assert page.status_code == 422
    assert page.text.count("checked") == 8
    for name, value in (("phq-9.3", "2"), ("phq-9.4", "none"), ("phq-9.9", "0")):
        assert re.search(
            rf'name="{re.escape(name)}" type="radio" value="{value}"[^>]*checked', page.text
        )
    assert 'href="#item-phq-9.7-1"' in page.text
    assert "<title>Error:" in page.text


@pytest.mark.parametrize("value", ["7", "-1", "1.5", "yes", "", "99999999999"])
def test_an_answer_that_is_not_on_offer_is_refused_by_name(me, start, edge, value):
    given = answer_fields({"gad-2": {"1": 0}}) | {"gad-2.2": value}
    answer_all(me, start, {code: CALM[code] for code in ("pc-ptsd-5", "phq-9")})

    page = me.post(f"{start}/parts/3", given)

    assert page.status_code == 422
    assert 'href="#item-gad-2.2-1"' in page.text


def test_saving_for_later_comes_back_where_one_left_off(me, start):
    answer_all(me, start, {"pc-ptsd-5": {"0": 0}})
    later = me.post(f"{start}/parts/2", {**answer_fields(CLEAR), "then": "later"})

    due = follow(me, later)
    intro = me.get(start)

    assert start in links(due.text)
    assert f"{start}/parts/3" in links(intro.text)
    assert 'value="0" checked' in me.get(f"{start}/parts/2").text


def test_the_check_page_sends_back_to_what_is_still_open(me, start):
    answer = me.get(f"{start}/check")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{start}/parts/1")


@pytest.mark.parametrize("number", [0, 99])
def test_a_part_that_is_not_there_leads_back_into_the_questions(me, start, number):
    to_check = me.get(f"{start}/parts/{number}").headers["Location"]
    to_first = me.get(to_check).headers["Location"]

    assert (to_check, to_first) == (f"{start}/check", f"{start}/parts/1")


def test_sending_wrong_answers_changes_nothing_and_names_them(me, start, edge):
    form = {"submission_id": str(uuid4()), **answer_fields({**CALM, "k10": {"1": 1}})}
    before = edge.contents()

    page = me.post(f"{start}/send", form)

    assert page.status_code == 422
    assert edge.contents() == before
    assert "made-up" not in page.text


@pytest.mark.parametrize("submission", ["", "not-an-id"])
def test_sending_without_an_id_is_refused(me, start, submission, edge):
    page = me.post(f"{start}/send", {"submission_id": submission, **answer_fields(CALM)})

    assert page.status_code == 422
    assert edge.count(Screening) == 0


def test_the_same_form_twice_gives_the_same_receipt(me, start, edge):
    form = {"submission_id": str(uuid4()), **answer_fields(CRITICAL)}

    first, again = me.post(f"{start}/send", form), me.post(f"{start}/send", form)

    assert first.headers["Location"] == again.headers["Location"]
    assert (edge.count(Screening), edge.count(Alert)) == (1, 1)


def test_other_answers_under_the_same_id_are_a_conflict_and_both_are_kept(me, start, edge, rung):
    form = {"submission_id": str(uuid4())}
    me.post(f"{start}/send", form | answer_fields(CALM))

    page = me.post(f"{start}/send", form | answer_fields(CRITICAL))

    assert page.status_code == 409
    assert "Both have been kept" in page.text
    assert (edge.count(Screening), edge.count(ConflictCopy), edge.count(Alert)) == (1, 1, 1)
    assert rung == [1]


def test_nonsense_after_sending_is_refused_and_not_a_fault(me, start, edge):
    form = {"submission_id": str(uuid4()), **answer_fields(CALM)}
    me.post(f"{start}/send", form)

    page = me.post(f"{start}/send", form | {"made-up.1": "0"})

    assert page.status_code in {409, 422}
    assert edge.count(ConflictCopy) == 0


def test_a_receipt_is_for_its_owner_alone(me, start, visit, make, edge):
    me.post(f"{start}/send", {"submission_id": str(uuid4()), **answer_fields(CALM)})
    (kept,) = edge.rows(Screening)
    path = f"/en/me/receipts/{kept.id}"

    assert me.get(path).status_code == 200
    assert visit(make.actor()).get(path).status_code == 404
    assert visit(make.actor(Role.CLINICIAN)).get(path).status_code == 403
    assert visit().get(path).status_code == 401


def test_who_will_see_the_answers_is_said_before_the_first_question(me, start):
    intro = me.get(start).text

    before, after = intro.split("Who will never see them")
    assert "The clinician who looks after you" in before
    for never in ("commander", "auditor", "privacy officer", "people who run this system"):
        assert never in after and never not in before.split("Who will see your answers")[1]


def test_reading_own_answers_leaves_an_event_and_a_stranger_sees_none(me, member, edge, make):
    make.screening(make.person())

    me.get("/en/me/history")

    events = edge.rows(AuditEvent, AuditEvent.act == Act.OWN_RECORD_READ)
    assert {event.person_id for event in events} == {member.person_id}


def test_where_nobody_could_react_nothing_is_asked(visit, make, edge):
    actor = make.actor()
    window = make.window(actor.person_id)
    me = visit(actor)

    due, intro = me.get("/en/me/"), me.get(f"/en/me/screenings/{window.id}")
    saved = me.post(
        f"/en/me/screenings/{window.id}/parts/1", answer_fields({"pc-ptsd-5": {"0": 0}})
    )

    assert "We cannot ask you right now" in due.text
    assert f"/en/me/screenings/{window.id}" not in links(due.text)
    assert intro.status_code == 503
    # What somebody has answered on a page that was open before the gap is kept all the same.
    assert saved.status_code == 302
    assert edge.count(Draft) == 1
