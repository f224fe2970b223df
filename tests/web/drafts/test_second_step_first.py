"""Whoever has a second factor shows it before anything of theirs is shown, or taken."""

import re
from datetime import UTC, datetime

import pyotp
import pytest

from models.tables.screenings import Draft
from models.vocabulary import Role
from tests.factories import APP_KEY, CRITICAL
from tests.web.drafts.answering import HIGH, follow, send_from

FIRST = "/en/second-factor"


@pytest.fixture
def guest(visit, make, member):
    """Knows the password, and nothing else."""

    def come(actor=member):
        browser = visit()
        browser.client.set_cookie("welfare", make.web_session(actor, proved_at=None))
        return browser

    return come


def test_saved_answers_are_not_shown_to_somebody_with_the_password_alone(
    me, start, make, member, guest
):
    send_from(me, me.get(f"{start}/parts/2"), {"phq-9": CRITICAL["phq-9"]})
    make.app(member)
    thief = guest()

    pages = [thief.get(path) for path in ("/en/me/", start, f"{start}/parts/2", f"{start}/check")]

    assert {page.headers.get("Location") for page in pages} == {FIRST}
    step = thief.get("/en/confirm")
    assert "You have set up a second step." in step.text
    assert "one of your recovery codes" in step.text


def test_changing_from_a_role_in_care_to_a_members_does_not_go_past_it(make, guest):
    clinician = make.actor(Role.CLINICIAN)
    make.app(clinician)
    post = make.post(clinician, Role.MEMBER, make.root)
    thief = guest(clinician)

    thief.post("/en/roles", {"post": str(post.id)})

    assert thief.get("/en/me/").headers["Location"] == FIRST


def test_answers_typed_before_the_second_step_come_back_after_it(start, make, member, guest, edge):
    browser = guest()
    page = browser.get(f"{start}/parts/3")
    make.app(member)

    led = send_from(browser, page, HIGH)

    assert led.headers["Location"] == FIRST and edge.count(Draft) == 0
    assert "Your answers are not lost." in browser.get("/en/confirm").text
    code = pyotp.TOTP(APP_KEY).at(datetime.now(UTC))
    assert browser.post("/en/confirm/code", {"code": code}).headers["Location"] == "/en/"
    back = follow(browser, browser.get("/en/me/"))
    assert back.request.path == f"{start}/parts/3"
    assert len(re.findall(r'value="3"[^>]* checked', back.text)) == 2


def test_a_member_without_a_second_factor_answers_as_before(start, guest, edge):
    browser = guest()

    send_from(browser, browser.get(f"{start}/parts/3"), HIGH)

    assert edge.count(Draft) == 1
