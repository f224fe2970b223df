"""An unfinished screening's journey: two devices, a lost session, and somebody told at once."""

import pytest
from playwright.sync_api import expect

from models.tables.accounts import WebSession
from models.tables.care import Alert
from tests.journeys.test_member import answer_all, begin
from tests.journeys.test_without_script import choose_everywhere

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("drafts")]


def first_two_parts(walker):
    """Up to the third part; the last answer of the second is a critical one."""
    answer_all(walker, "No", count=1)
    answer_all(walker, "Not at all", count=8)
    answer_all(walker, "Several days", count=1)


def end_the_session(stage, member):
    with stage.make.kept() as session:
        for stored in session.query(WebSession).filter_by(account_id=member.actor.account_id):
            stored.ended_at = stage.make.now


def alerts_of(stage, member):
    with stage.make.database.reading() as session:
        return session.query(Alert).filter_by(person_id=member.actor.person_id).count()


def test_what_two_devices_answered_differently_is_put_side_by_side(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    phone, desk = walks(width), walks(1280)
    begin(phone, member.login)
    begin(desk, member.login)

    answer_all(phone, "No", count=1)
    answer_all(desk, "Yes", count=6)

    desk.looks("Two versions of one part")
    desk.sees("You saved this part from two windows or devices.")
    phone.visit("/en/me/")
    phone.follow("Go on")
    phone.follow("Go on")
    phone.looks("Two versions of one part")
    desk.press("Keep version 2")
    desk.looks("Mood and energy")
    phone.press("Keep version 2")
    phone.looks("Mood and energy")


def test_different_parts_from_two_devices_come_together_without_a_question(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    phone, desk = walks(), walks(1280)
    begin(phone, member.login)
    answer_all(phone, "No", count=1)
    desk.sign_in(member.login)
    desk.follow("Go on")
    desk.follow("Go on")

    answer_all(phone, "Not at all", count=9)
    answer_all(desk, "Not at all", count=9)

    desk.looks("Worry and tension")
    phone.looks("Worry and tension")


def test_a_session_that_ends_in_the_middle_loses_no_answer(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width)
    walker.expected.add("401")
    begin(walker, member.login)
    answer_all(walker, "No", count=1)
    answer_all(walker, "Several days", count=8)
    end_the_session(stage, member)
    answer_all(walker, "Not at all", count=1)

    walker.looks("Please sign in")
    walker.sees("Your answers are not lost.")
    walker.follow("Sign in")
    walker.sign_in(member.login)

    walker.sees("Your session had ended.")
    walker.looks("Mood and energy")
    expect(walker.page.locator("input[type=radio]:checked")).to_have_count(9)
    walker.press("Continue")
    for _ in range(8):
        walker.press("Continue")
    walker.looks("Worry and tension")


def test_without_script_a_lost_session_loses_no_answer_either(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(script=False)
    walker.expected.add("401")
    begin(walker, member.login)
    choose_everywhere(walker, "No")
    end_the_session(stage, member)
    walker.press("Continue")

    walker.looks("Please sign in")
    walker.sign_in(member.login)

    walker.sees("Your session had ended.")
    checked = walker.page.locator("input[type=radio]:checked")
    expect(checked).to_have_count(1)  # "No" to the first question: the others are not asked
    walker.press("Continue")
    walker.looks("Mood and energy")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_critical_part_is_sent_now_and_the_rest_later(stage, walks, width, script):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width, script=script)
    begin(walker, member.login)
    if script:
        first_two_parts(walker)
    else:
        choose_everywhere(walker, "No")
        walker.press("Continue")
        choose_everywhere(walker, "Several days")
        walker.press("Continue")

    walker.looks("Nobody has been told yet")
    walker.press("Send this part now")
    walker.looks("Your answers have arrived")
    walker.sees("A clinician has been told and should contact you by")
    walker.follow("Go on with my questions")
    walker.follow("Go on")
    walker.looks("You have told us")
    walker.sees_not("Nobody has been told yet")
    assert alerts_of(stage, member) == 1


def test_stopping_after_a_critical_answer_says_that_nobody_knows(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width)
    begin(walker, member.login)
    first_two_parts(walker)
    walker.press("Save and finish later")

    walker.looks("My questions")
    walker.sees("Nobody has been told yet")
    walker.sees("You have answers that are not sent.")
    walker.press("Send this part now")
    walker.looks("Your answers have arrived")
    walker.follow("Go to my start page")
    walker.looks("You have told us")


def test_what_was_answered_before_is_chosen_already(stage, walks, width):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(width)
    begin(walker, member.login)
    answer_all(walker, "No", count=1)
    answer_all(walker, "Not at all", count=9)
    answer_all(walker, "Nearly every day", count=2)
    answer_all(walker, "Never", count=1)

    walker.looks("Worry and tension, in more detail")
    question = walker.page.locator("[data-item]:visible")
    expect(question.get_by_text("Question 3 of 7")).to_be_visible()
    walker.page.get_by_role("link", name="Back").click()
    expect(question.get_by_text("You answered this before: Nearly every day.")).to_be_visible()
    expect(question.get_by_label("Nearly every day", exact=True)).to_be_checked()
    walker.press("Continue")
    answer_all(walker, "Not at all", count=5)
    walker.looks("Check your answers")


def test_the_time_of_saving_is_told_by_the_persons_own_clock(stage, walks):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(zone="Asia/Kathmandu")
    begin(walker, member.login)
    answer_all(walker, "No", count=1)

    time = walker.page.locator("time[data-clock]").first
    expect(time).not_to_contain_text("UTC")
    local, utc = time.inner_text(), time.get_attribute("datetime")
    minutes = (int(local[:2]) * 60 + int(local[3:5])) - (int(utc[11:13]) * 60 + int(utc[14:16]))
    assert minutes % (24 * 60) == 5 * 60 + 45
