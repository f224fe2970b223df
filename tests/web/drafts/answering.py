"""Answering parts of a draft page by page, and losing the session in between."""

from models.tables.accounts import WebSession
from tests.web.pages import actions, hidden
from welfare.web.forms import answer_fields

LOW, HIGH = {"gad-2": {"1": 0, "2": 0}}, {"gad-2": {"1": 3, "2": 3}}


def follow(me, answer):
    assert answer.status_code == 302, answer.text
    return me.get(answer.headers["Location"])


def send_from(me, page, answers, **more):
    """Answer a part page as it was opened: with its own hidden fields."""
    (action,) = [each for each in actions(page.text) if "/parts/" in each]
    return me.post(action, {**hidden(page.text), **answer_fields(answers), **more})


def answer_all(me, start, answers):
    page = me.get(f"{start}/parts/1")
    for code in answers:
        page = follow(me, send_from(me, page, {code: answers[code]}))
    return page


def end_all_sessions(make):
    with make.kept() as session:
        for stored in session.query(WebSession):
            stored.ended_at = make.now


def sign_in_again(me, make, actor):
    me.client.set_cookie("welfare", make.web_session(actor))
