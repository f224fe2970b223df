"""Two pages at one draft: two answers to one part lead to a choice, never to a loss."""

import re
from uuid import uuid4

import pytest

from models.tables.screenings import Draft
from tests.factories import CALM
from tests.web.drafts.answering import HIGH, LOW, answer_all, follow, send_from
from tests.web.pages import links


def test_two_tabs_that_answer_the_same_part_differently_lead_to_a_choice(me, start, edge):
    first, second = me.get(f"{start}/parts/3"), me.get(f"{start}/parts/3")
    send_from(me, first, LOW)

    choice = follow(me, send_from(me, second, HIGH))

    assert "Two versions of one part" in choice.text
    assert choice.text.count("Not at all") == choice.text.count("Nearly every day") == 2
    assert choice.text.count("Saved at") == 2
    assert edge.count(Draft) == 1


def test_the_chosen_version_is_shown_and_the_other_can_still_be_looked_at(me, start):
    first, second = me.get(f"{start}/parts/3"), me.get(f"{start}/parts/3")
    send_from(me, first, LOW)
    choice = follow(me, send_from(me, second, HIGH))
    marks = re.findall(r'name="mark" value="(\d+)"', choice.text)

    me.post(f"{start}/parts/3/versions", {"mark": marks[-1]})

    page = me.get(f"{start}/parts/3")
    assert re.search(r'name="gad-2.1" type="radio" value="3"[^>]*checked', page.text)
    assert f"{start}/parts/3/versions" in links(page.text)
    assert "This one counts now" in me.get(f"{start}/parts/3/versions").text


def test_until_one_is_chosen_nothing_can_be_checked_or_sent(me, start):
    answer_all(me, start, CALM)
    first, second = me.get(f"{start}/parts/3"), me.get(f"{start}/parts/3")
    send_from(me, first, {"gad-2": {"1": 1, "2": 0}})
    send_from(me, second, {"gad-2": {"1": 0, "2": 1}})

    check = me.get(f"{start}/check")

    assert check.headers["Location"] == f"{start}/parts/3/versions"


def test_the_same_page_sent_twice_with_a_changed_answer_needs_no_choice(me, start):
    page = me.get(f"{start}/parts/3")
    send_from(me, page, LOW)

    answer = send_from(me, page, HIGH)

    assert "/versions" not in answer.headers["Location"]


@pytest.mark.parametrize("mark", ["", "x", "12345", "9" * 40, "-1", "٣"])
def test_choosing_what_is_not_there_is_refused(me, start, mark, edge):
    send_from(me, me.get(f"{start}/parts/3"), LOW)
    before = edge.contents()

    answer = me.post(f"{start}/parts/3/versions", {"mark": mark})

    assert answer.status_code == 409
    assert edge.contents() == before


def test_of_four_tabs_no_version_is_dropped(me, start):
    pages = [me.get(f"{start}/parts/2") for _ in range(4)]
    for number, page in enumerate(pages):
        given = {**CALM["phq-9"], "1": number, "9": int(number == 1)}
        send_from(me, page, {"phq-9": given})

    choice = me.get(f"{start}/parts/2/versions")

    assert len(re.findall(r'name="mark" value="(\d+)"', choice.text)) == 4
    assert "as long as there is room" in choice.text


def test_a_part_with_one_version_offers_no_choice(me, start):
    send_from(me, me.get(f"{start}/parts/3"), LOW)

    assert me.get(f"{start}/parts/3/versions").headers["Location"] == f"{start}/parts/3"
    for number in (0, 4, 99):
        answer = me.get(f"{start}/parts/{number}/versions")
        assert answer.headers["Location"] == f"{start}/check"


@pytest.mark.parametrize("end", ["parts/3/versions", "send-part"])
def test_another_persons_draft_looks_like_none(visit, make, start, me, end, edge):
    send_from(me, me.get(f"{start}/parts/3"), LOW)
    stranger, nowhere = visit(make.actor()), f"/en/me/screenings/{uuid4()}"
    before = edge.contents()

    theirs, none = (stranger.post(f"{at}/{end}", {"mark": "1"}) for at in (start, nowhere))

    assert (theirs.status_code, none.status_code) == (404, 404)
    assert edge.contents() == before
