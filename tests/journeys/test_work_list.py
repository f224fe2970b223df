"""A clinician at the keyboard: from person to person, to the button, and into a record."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("clinician")]


def test_the_keys_lead_through_the_list_and_the_hint_names_them(stage, walks):
    clinician = stage.clinician_on_duty()
    for _ in range(2):
        stage.patient(clinician)
    walker = walks(1280)
    walker.sign_in(clinician.login)
    page = walker.page
    first, second = (page.locator("[data-person]").nth(place) for place in (0, 1))

    page.get_by_text("Keyboard", exact=True).click()
    page.get_by_role("link", name="Go to the first person").click()
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Acknowledge").first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")

    walker.looks("Results over time")
    walker.sees("Next on the list")
