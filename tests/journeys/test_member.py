"""A member's journey: from the sign-in to the receipt, one question at a time."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from models.tables.screenings import Screening

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("member")]
SOMETIMES = "Several days"


def answer_all(walker, answer, *, count):
    """The next questions, all with the same answer."""
    for _ in range(count):
        question = walker.page.locator("[data-item]:visible")
        question.get_by_label(answer, exact=True).check(force=True)
        walker.press("Continue")


def begin(walker, login):
    walker.sign_in(login)
    walker.follow("Read first, then start")
    walker.follow("Start")


def to_the_check_page(walker):
    """Answers that open nothing and alarm nobody."""
    answer_all(walker, "No", count=1)
    answer_all(walker, "Not at all", count=11)
    answer_all(walker, "Never", count=1)


def test_a_member_in_need_sees_where_to_turn_and_what_comes_next(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width)

    walker.sign_in(member.login)
    walker.looks("My questions")
    walker.sees("You came back from River Mission")
    walker.follow("Read first, then start")
    walker.looks("Before you begin")
    walker.sees("Your commander, and anybody else in your chain of command.")
    walker.follow("Start")
    walker.looks("Have you ever experienced this kind of event?")
    walker.sees("an earthquake or flood")
    answer_all(walker, "Yes", count=6)
    walker.looks("Mood and energy")
    answer_all(walker, SOMETIMES, count=8)
    support = walker.page.get_by_role("heading", name="You can talk to someone now")
    expect(support).to_be_hidden()
    walker.page.locator("[data-item]:visible").get_by_label(SOMETIMES).check(force=True)
    expect(support).to_be_visible()
    walker.looks("You can talk to someone now")
    walker.press("Continue")
    answer_all(walker, SOMETIMES, count=2)
    answer_all(walker, "Never", count=1)
    walker.looks("After very hard experiences, in more detail")
    walker.sees("Part 5 of 5")
    walker.sees("Keeping your worst event in mind")
    answer_all(walker, "Quite a bit", count=20)
    walker.looks("Check your answers")
    walker.sees("You are not in trouble for telling us.")
    walker.press("Send my answers")
    walker.looks("Your answers have arrived")
    walker.sees("A clinician has been told and should contact you by")
    walker.sees("It may help to talk about this")
    walker.follow("See my history")
    walker.looks("My history")
    walker.go_to("My record")
    walker.follow("Who opened my record")
    walker.looks("Who opened my record")


def test_a_calm_screening_ends_with_nothing_to_do(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width)

    begin(walker, member.login)
    to_the_check_page(walker)
    walker.looks("Check your answers")
    walker.press("Send my answers")

    walker.looks("Your answers have arrived")
    walker.sees("Nothing stands out")
    walker.sees_not("It may help to talk about this")
    walker.follow("Go to my start page")
    walker.looks("My questions")
    walker.sees("Nothing is due now")


def test_going_on_without_an_answer_says_what_to_do(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width)

    begin(walker, member.login)
    walker.press("Continue")

    walker.sees("Choose an answer. You may choose “Prefer not to answer”.")
    expect(walker.page).to_have_title("Error: After very hard experiences – Welfare")
    walker.looks("Have you ever experienced this kind of event?")


def test_the_browsers_own_back_button_goes_to_the_question_before(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    walker = walks()

    begin(walker, member.login)
    answer_all(walker, "Yes", count=2)
    walker.page.go_back()

    question = walker.page.locator("[data-item]:visible")
    expect(question.get_by_text("Question 2 of 6")).to_be_visible()
    expect(question.get_by_label("Yes", exact=True)).to_be_checked()


def test_changing_one_answer_does_not_lead_through_all_the_others(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    walker = walks()

    begin(walker, member.login)
    to_the_check_page(walker)
    row = walker.page.locator(".w-facts__row", has_text="Trouble falling or staying asleep")
    walker.follow("Change", row)
    walker.looks("Trouble falling or staying asleep, or sleeping too much")
    answer_all(walker, SOMETIMES, count=1)

    walker.looks("Check your answers")
    expect(row).to_contain_text(SOMETIMES)


def test_stopping_and_coming_back_goes_on_where_it_was_left(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    walker = walks()

    begin(walker, member.login)
    answer_all(walker, "No", count=1)
    walker.press("Save and finish later")
    walker.looks("My questions")
    walker.follow("Go on")
    walker.follow("Go on")

    walker.looks("Little interest or pleasure in doing things")


def test_pressing_send_twice_gives_one_screening(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    walker = walks()

    begin(walker, member.login)
    to_the_check_page(walker)
    form = walker.page.locator("form", has_text="Send my answers")
    sent = form.evaluate("form => Object.fromEntries(new FormData(form))")
    action = form.get_attribute("action")
    walker.page.get_by_role("button", name="Send my answers").dblclick()
    walker.looks("Your answers have arrived")
    again = walker.page.request.post(walker.address + action, form=sent)

    assert again.url == walker.page.url
    with stage.make.database.reading() as session:
        assert (
            session.scalar(
                select(func.count())
                .select_from(Screening)
                .where(Screening.person_id == member.actor.person_id)
            )
            == 1
        )
