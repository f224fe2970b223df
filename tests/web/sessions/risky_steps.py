"""Risky steps ask again, and the way back leads nowhere else."""

from datetime import UTC, datetime, timedelta

from models.tables.accounts import WebSession
from tests.factories import PASSWORD
from tests.web.sessions.cases import case
from tests.web.sessions.world import KEYS, is_in


@case
def risky_steps_ask_again_after_ten_minutes(it):
    early = datetime.now(UTC) - timedelta(minutes=11)
    browser = it.browser(it.session(fresh_at=early))
    assert browser.get(KEYS).headers["Location"].startswith("/en/confirm?to=second_factor.show")
    assert is_in(browser)


@case
def a_risky_form_sent_too_late_does_nothing(it):
    early = datetime.now(UTC) - timedelta(minutes=11)
    it.session()
    browser = it.browser(it.session(fresh_at=early))
    answer = browser.post("/en/sessions/end-others")
    assert answer.headers["Location"].startswith("/en/confirm?to=own_sessions.show")
    assert not [each for each in it.edge.rows(WebSession) if each.ended_at]


@case
def after_confirming_the_way_goes_on_to_the_page_that_was_asked_for(it):
    early = datetime.now(UTC) - timedelta(minutes=11)
    browser = it.browser(it.session(fresh_at=early))
    asked = browser.get(KEYS).headers["Location"]
    form = {"password": PASSWORD, "to": asked.partition("to=")[2]}
    answer = browser.post("/en/confirm/password", form)
    assert answer.headers["Location"] == KEYS and is_in(browser, KEYS)


@case
def the_way_back_never_leads_to_another_site_or_an_unmarked_page(it):
    for to in ("//evil.example", "https://evil.example/", "static", "work_list.home", "", "x.y"):
        browser = it.browser(it.session())
        form = {"password": PASSWORD, "to": to, "filename": "x", "next": "//evil.example"}
        assert browser.post("/en/confirm/password", form).headers["Location"] == "/en/"
