"""Answers exist, but have not arrived: nobody is made to believe that somebody knows."""

from models.tables.care import Alert
from models.tables.screenings import Draft
from tests.factories import CRITICAL, TODAY
from welfare.services.drafts import save_part


def test_a_critical_answer_in_a_draft_shows_help_and_says_that_nobody_knows_yet(edge, make, visit):
    make.reachable()
    member = make.actor()
    window = make.window(member.person_id)
    for part, answers in CRITICAL.items():
        edge.act(
            save_part,
            actor=member,
            window_id=window.id,
            part=part,
            answers=answers,
            today=TODAY,
            at=make.now,
        )

    page = visit(member).get(f"/en/me/screenings/{window.id}/check").text

    assert "Nobody has been told yet" in page
    assert "+00 555 0101" in page
    assert (edge.count(Draft), edge.count(Alert)) == (1, 0)


def test_words_never_promise_contact_before_the_answers_have_arrived(make, visit):
    make.reachable()
    member = make.actor()
    window = make.window(member.person_id)

    intro = visit(member).get(f"/en/me/screenings/{window.id}").text

    assert "as soon as you send your answers" in intro
