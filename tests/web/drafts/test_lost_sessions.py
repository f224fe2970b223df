"""The session ends in the middle: answers come back to their owner, and to nobody else."""

import re
from base64 import urlsafe_b64decode

import pytest

from models.tables.accounts import Account
from models.tables.screenings import Draft
from models.vocabulary import Role
from tests.factories import CRITICAL
from tests.visitors import TOKEN
from tests.web.drafts.answering import HIGH, end_all_sessions, follow, send_from, sign_in_again
from tests.web.pages import hidden, links
from welfare.web.forms import answer_fields

COOKIE = "welfare-kept"


def test_answers_sent_after_the_session_ended_come_back_after_signing_in(
    me, start, make, member, edge
):
    page = me.get(f"{start}/parts/3")
    end_all_sessions(make)

    refused = send_from(me, page, HIGH)
    assert refused.status_code == 401
    assert "Your answers are not lost." in refused.text
    assert edge.count(Draft) == 0
    sign_in_again(me, make, member)
    back = follow(me, me.get("/en/me/"))

    assert back.request.path == f"{start}/parts/3"
    assert "Your session had ended." in back.text
    assert len(re.findall(r'value="3"[^>]* checked', back.text)) == 2
    send_from(me, back, HIGH)
    assert me.client.get_cookie(COOKIE) is None
    assert "Your session had ended" not in me.get("/en/me/").text


def test_they_are_shown_and_not_saved_until_their_owner_goes_on(me, start, make, member, edge):
    page = me.get(f"{start}/parts/3")
    end_all_sessions(make)
    send_from(me, page, HIGH)
    sign_in_again(me, make, member)

    follow(me, me.get("/en/me/"))
    due = me.get("/en/me/")

    assert edge.count(Draft) == 0
    assert due.status_code == 200
    assert f"{start}/parts/3" in links(due.text)
    assert "Your last answers are not kept yet." in due.text


def test_answers_of_two_tabs_both_come_back(me, start, make, member):
    mood, worry = me.get(f"{start}/parts/2"), me.get(f"{start}/parts/3")
    end_all_sessions(make)
    send_from(me, mood, {"phq-9": CRITICAL["phq-9"]})
    send_from(me, worry, HIGH)
    sign_in_again(me, make, member)

    assert me.get(f"{start}/parts/2").text.count(" checked") == 9
    assert me.get(f"{start}/parts/3").text.count(" checked") == 2


def test_somebody_else_at_the_same_browser_sees_none_of_it(me, start, make, visit):
    page = me.get(f"{start}/parts/3")
    end_all_sessions(make)
    send_from(me, page, HIGH)
    other = make.actor()
    mine = make.window(other.person_id)
    sign_in_again(me, make, other)

    due = me.get("/en/me/")

    assert due.status_code == 200
    assert "Your session had ended" not in due.text
    assert " checked" not in me.get(f"/en/me/screenings/{mine.id}/parts/3").text


def test_what_the_browser_carries_is_sealed_and_as_long_for_every_answer(me, start, make):
    page, other = me.get(f"{start}/parts/3"), me.get(f"{start}/parts/2")
    end_all_sessions(make)
    send_from(me, page, HIGH)
    first = urlsafe_b64decode(me.client.get_cookie(COOKIE).value)
    send_from(me, other, {"phq-9": CRITICAL["phq-9"]})
    second = urlsafe_b64decode(me.client.get_cookie(COOKIE).value)

    assert b"gad" not in first and b"phq" not in second
    assert len(first) == len(second)
    assert len(me.client.get_cookie(COOKIE).value) < 4000


@pytest.mark.parametrize("cookie", ["x", "QUJD", "%00", "AQ" + "A" * 3000])
def test_a_spoilt_cookie_is_as_good_as_none(me, start, cookie):
    me.client.set_cookie(COOKIE, cookie)

    assert me.get("/en/me/").status_code == 200
    assert me.get(f"{start}/parts/1").status_code == 200


def test_a_lost_form_token_loses_no_answer(me, start, edge):
    page = me.get(f"{start}/parts/3")
    form = {**hidden(page.text), **answer_fields(HIGH), "csrf_token": "spoilt"}

    refused = me.client.post(
        f"{start}/parts/3", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert refused.status_code == 400
    assert "You find them again on your start page." in refused.text
    assert follow(me, me.get("/en/me/")).text.count(" checked") == 2
    assert edge.count(Draft) == 0


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_answers_that_another_site_sends_are_not_carried(me, start, headers):
    form = {"part": "gad-2", **answer_fields(HIGH)}

    refused = me.client.post(f"{start}/parts/3", data=form, headers=headers)

    assert refused.status_code in (400, 403)
    assert me.client.get_cookie(COOKIE) is None
    assert "not lost" not in refused.text


def test_in_another_role_answers_come_back_too(visit, make, member, start, me):
    page = me.get(f"{start}/parts/3")
    me.client.set_cookie("welfare", make.web_session(make.actor(Role.CLINICIAN)))

    refused = me.client.post(
        f"{start}/parts/3",
        data={
            **hidden(page.text),
            **answer_fields(HIGH),
            "csrf_token": TOKEN.search(me.get("/en/password").text).group(1),
        },
    )
    sign_in_again(me, make, member)

    assert refused.status_code == 403
    assert me.get(f"{start}/parts/3").text.count(" checked") == 2


def test_a_fault_of_ours_loses_no_answer(me, start, edge, member, make):
    page = me.get(f"{start}/parts/3")
    form = {**hidden(page.text), **answer_fields(HIGH), "csrf_token": me.token()}
    edge.break_table("draft")

    broken = me.client.post(f"{start}/parts/3", data=form)

    assert broken.status_code == 500
    assert "Your answers are not lost." in broken.text
    assert me.client.get_cookie(COOKIE) is not None


def test_with_nobody_on_duty_answers_come_back_with_the_numbers_and_can_be_kept(
    me, start, make, member, clinician, edge
):
    page = me.get(f"{start}/parts/2")
    end_all_sessions(make)
    send_from(me, page, {"phq-9": CRITICAL["phq-9"]})
    with make.kept() as session:
        session.get_one(Account, clinician.account_id).disabled_at = make.now
    sign_in_again(me, make, member)

    back = follow(me, me.get("/en/me/"))
    other = me.get(f"{start}/parts/3")
    kept = follow(me, send_from(me, back, {"phq-9": CRITICAL["phq-9"]}))

    assert back.text.count(" checked") == 9
    assert "Nobody is on duty right now. Please do not wait" in back.text
    assert "+00 555 0101" in back.text
    assert other.status_code == 503
    assert edge.count(Draft) == 1
    assert "Nobody has been told yet" in kept.text


@pytest.mark.parametrize("junk", ["\U0001f600" * 200, "\x00" * 200, '"\\' * 100, "x" * 5000])
def test_spoilt_hidden_fields_leave_no_answer_behind(me, start, make, member, junk):
    page = me.get(f"{start}/parts/2")
    end_all_sessions(make)

    spoilt = {"made_from": junk, "mark": junk, "carried": junk}
    refused = send_from(me, page, {"phq-9": CRITICAL["phq-9"]}, **spoilt)
    sign_in_again(me, make, member)

    assert refused.status_code == 401
    assert "Your answers are not lost." in refused.text
    assert follow(me, me.get("/en/me/")).text.count(" checked") == 9
    assert len(me.client.get_cookie(COOKIE).value) < 4000


def test_what_does_not_fit_into_a_cookie_is_not_promised(me, start, make):
    page = me.get(f"{start}/parts/3")
    form = {**hidden(page.text), **answer_fields(HIGH), "csrf_token": me.token()}
    end_all_sessions(make)

    refused = me.client.post(f"{start}/parts/{'9' * 2500}", data=form)

    assert refused.status_code == 401
    assert "not lost" not in refused.text
    assert me.client.get_cookie(COOKIE) is None


@pytest.mark.parametrize("answers", [{"gad-2.1": "x"}, {}])
def test_a_signed_out_form_without_answers_that_could_be_any_carries_nothing(me, start, answers):
    me.client.delete_cookie("welfare")

    refused = me.post(
        f"{start}/parts/3", {"part": "made-up" if not answers else "gad-2", **answers}
    )

    assert refused.status_code == 401
    assert me.client.get_cookie(COOKIE) is None
