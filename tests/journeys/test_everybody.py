"""What holds for everybody: the auditor's page, the public pages, errors, weight, keyboard."""

import pytest
from playwright.sync_api import expect

from models.vocabulary import Role
from tests.journeys.walker import HELP, Scales

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("everybody")]
KB = 1000
# Bytes on the wire and requests: the first page of a new browser, and each page after it.
MEMBER_FIRST, MEMBER_LATER = (40 * KB, 5), 5 * KB
STAFF_FIRST, STAFF_LATER = (80 * KB, 8), 25 * KB


def reach(page, name, *, most=40):
    """Press Tab until what has this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.innerText || ''"):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_an_auditor_reads_that_something_was_done_and_not_what(stage, walks, width):
    clinician, auditor = stage.clinician_on_duty(), stage.person(Role.AUDITOR)
    stage.patient(clinician)
    worker, walker = walks(), walks(width)
    worker.sign_in(clinician.login)
    worker.follow("Marrow")

    walker.sign_in(auditor.login)

    walker.looks("Trail")
    walker.sees("Care record read")
    walker.sees_not("better off dead")


def test_help_and_errors_are_for_strangers_too(stage, walks, width):
    stage.crisis_contact()
    walker = walks(width)
    walker.expected |= {"401", "404", "422"}

    walker.visit("/en/help")
    walker.looks(HELP)
    walker.sees("+00 555 0101")
    walker.visit("/en/nowhere")
    walker.looks("There is nothing here")
    walker.visit("/en/work-list")
    walker.looks("Please sign in")
    walker.follow("Sign in")
    walker.looks("Sign in")
    walker.sign_in("nobody", "not a password")
    walker.looks("You are not signed in")


def test_questions_are_not_offered_where_nobody_could_react(stage, walks, width):
    member = stage.person(Role.MEMBER)
    window = stage.make.window(member.actor.person_id)
    walker = walks(width)
    walker.expected.add("503")

    walker.sign_in(member.login)
    walker.looks("My questions")
    walker.sees("We cannot ask you right now")
    walker.visit(f"/en/me/screenings/{window.id}")

    walker.looks("We cannot ask you right now")


def test_what_was_sent_already_cannot_be_begun_again(stage, walks):
    member, window = stage.member_back_from_a_mission()
    walker = walks()
    walker.expected.add("409")
    walker.sign_in(member.login)

    stage.sent(window)
    walker.visit(f"/en/me/screenings/{window.id}")

    walker.looks("This has changed meanwhile")


def test_a_members_pages_stay_light(stage, walks):
    member, window = stage.member_back_from_a_mission()
    walker = walks()
    scales = Scales(walker)

    walker.visit("/en/sign-in")
    assert scales.requests <= MEMBER_FIRST[1]
    walker.visit("/en/self-check/1")  # brings the script of all questionnaires, once
    assert scales.bytes <= MEMBER_FIRST[0]
    walker.sign_in(member.login)
    for step in (
        lambda: walker.visit("/en/me/"),
        lambda: walker.follow("Read first, then start"),
        lambda: walker.follow("Start"),
        lambda: walker.visit("/en/me/history"),
        lambda: walker.visit("/en/help"),
    ):
        scales.empty()
        step()
        assert 0 < scales.bytes <= MEMBER_LATER, (walker.page.url, scales.bytes)


def test_a_clinicians_pages_stay_light(stage, walks):
    clinician = stage.clinician_on_duty()
    for _ in range(30):
        stage.patient(clinician)
    walker = walks(1280)
    scales = Scales(walker)

    walker.visit("/en/sign-in")
    assert scales.bytes <= STAFF_FIRST[0]
    assert scales.requests <= STAFF_FIRST[1]
    walker.sign_in(clinician.login)
    for step in (lambda: walker.visit("/en/work-list"), lambda: walker.follow("Marrow")):
        scales.empty()
        step()
        assert 0 < scales.bytes <= STAFF_LATER, (walker.page.url, scales.bytes)


def test_the_keyboard_comes_to_the_main_content_and_to_help_before_anything_else(walks):
    walker = walks()
    walker.visit("/en/sign-in")
    page = walker.page

    reach(page, "Skip to the main content", most=1)
    reach(page, HELP, most=2)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_label("Sign-in name")).to_be_focused()
