"""Parts of a draft: what is kept, what is asked once only, and when it was saved."""

import re

import pytest

from models.tables.screenings import Draft, Screening
from tests.factories import CALM, CRITICAL
from tests.web.drafts.answering import HIGH, LOW, answer_all, follow, send_from
from tests.web.pages import hidden


@pytest.mark.parametrize("field", ["made_from", "mark", "carried"])
@pytest.mark.parametrize("value", ["", "x", "9" * 400, "1=2,,=", "\x00"])
def test_spoilt_hidden_fields_lose_no_answer(me, start, field, value):
    page = me.get(f"{start}/parts/3")

    send_from(me, page, HIGH, **{field: value})

    assert 'value="3" checked' in me.get(f"{start}/parts/3").text


def test_a_check_page_that_is_out_of_date_sends_nothing(me, start, edge):
    check = answer_all(me, start, CALM)
    send_from(me, me.get(f"{start}/parts/4"), {"audit-c": {"1": 1, "2": 0, "3": 0}})

    again = follow(me, me.post(f"{start}/send", hidden(check.text)))

    assert edge.count(Screening) == 0
    assert "Please check them again" in again.text
    me.post(f"{start}/send", hidden(again.text))
    assert edge.count(Screening) == 1


def test_a_check_page_that_was_refused_knows_its_draft_too(me, start, edge):
    form = hidden(answer_all(me, start, CALM).text)
    del form["phq-9.3"]
    refused = me.post(f"{start}/send", form)
    send_from(me, me.get(f"{start}/parts/2"), {"phq-9": CRITICAL["phq-9"]})

    again = follow(me, me.post(f"{start}/send", hidden(refused.text)))

    assert refused.status_code == 422
    assert (edge.count(Draft), edge.count(Screening)) == (1, 0)
    assert "Please check them again" in again.text


@pytest.mark.parametrize("version", [None, "", "x", "None", "-1"])
def test_a_form_that_knows_no_draft_sends_nothing_over_one(me, start, edge, version):
    form = hidden(answer_all(me, start, CALM).text)
    del form["version"]

    answer = me.post(f"{start}/send", form | ({} if version is None else {"version": version}))

    assert answer.headers["Location"] == f"{start}/check"
    assert (edge.count(Draft), edge.count(Screening)) == (1, 0)


def test_a_part_that_another_window_closed_is_not_asked_any_more(me, start, edge):
    send_from(me, me.get(f"{start}/parts/3"), HIGH)
    page = me.get(f"{start}/parts/5")
    assert 'name="gad-7.3"' in page.text
    send_from(me, me.get(f"{start}/parts/3"), LOW)

    answer = send_from(me, page, {"gad-7": {str(n): 1 for n in range(1, 8)}})

    assert answer.headers["Location"] == f"{start}/check"


@pytest.mark.parametrize("part", ["pcl-5", "made-up", "../x", ""])
def test_answers_to_a_part_that_is_not_asked_are_not_kept(me, start, edge, part):
    answer = me.post(f"{start}/parts/1", {"part": part, f"{part}.1": "1"})

    assert answer.status_code == 302
    assert edge.count(Draft) == 0


def test_answers_given_before_are_chosen_and_say_so(me, start):
    send_from(me, me.get(f"{start}/parts/3"), {"gad-2": {"1": 2, "2": 3}})

    page = me.get(f"{start}/parts/5")

    assert page.text.count("You answered this before") == 2
    assert "You answered this before: Nearly every day." in page.text
    assert page.text.count(" checked") == 2
    assert hidden(page.text)["carried"] == "1=2,2=3"


def test_pages_say_when_answers_were_saved_and_that_they_are_not_sent(me, start):
    first = me.get(f"{start}/parts/1")
    send_from(me, first, {"pc-ptsd-5": {"0": 0}}, then="later")

    due, page = me.get("/en/me/"), me.get(f"{start}/parts/2")

    assert "Saved at" not in first.text
    for each in (due, page):
        assert re.search(
            r"Saved at <time datetime=[^>]+ data-clock>\d\d:\d\d UTC</time>", each.text
        )
    assert "You have answers that are not sent." in due.text
    assert "Not sent yet." in page.text
