"""A member's journey in a browser without script: plain lists, and errors named by the server."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("member")]


def choose_everywhere(walker, answer):
    for question in walker.page.locator("[data-item]").all():
        option = question.get_by_label(answer, exact=True)
        (option if option.count() else question.get_by_label("Prefer not to answer")).check(
            force=True
        )


def test_a_list_of_questions_leads_to_the_receipt_without_script(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width, script=False)

    walker.sign_in(member.login)
    walker.follow("Read first, then start")
    walker.follow("Start")
    expect(walker.page.locator("[data-item]:visible")).to_have_count(6)
    walker.looks("After very hard experiences")
    choose_everywhere(walker, "No")
    walker.press("Continue")
    expect(walker.page.locator("[data-item]:visible")).to_have_count(9)
    walker.looks("Mood and energy")
    choose_everywhere(walker, "Not at all")
    walker.press("Continue")
    choose_everywhere(walker, "Not at all")
    walker.press("Continue")
    choose_everywhere(walker, "Never")
    walker.press("Continue")
    walker.looks("Check your answers")
    walker.press("Send my answers")
    walker.looks("Your answers have arrived")


def test_an_unanswered_question_is_named_on_top_with_a_link_to_it(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width, script=False)
    walker.expected.add("422")

    walker.sign_in(member.login)
    walker.follow("Read first, then start")
    walker.follow("Start")
    walker.press("Continue")

    expect(walker.page).to_have_title("Error: After very hard experiences – Welfare")
    walker.looks("Please check these answers")
    walker.follow("Choose an answer")
    expect(walker.page.locator("#item-pc-ptsd-5\\.0-1")).to_be_in_viewport()


def test_the_support_box_opens_beside_a_critical_answer_without_script(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(script=False)

    walker.sign_in(member.login)
    walker.follow("Read first, then start")
    walker.follow("Start")
    choose_everywhere(walker, "No")
    walker.press("Continue")
    support = walker.page.get_by_role("heading", name="You can talk to someone now")
    expect(support).to_be_hidden()
    walker.page.locator("[data-item]").last.get_by_label("Several days").check(force=True)

    expect(support).to_be_visible()
    walker.looks("You can talk to someone now")
