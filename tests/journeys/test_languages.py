"""Other languages in a browser: a member's whole way, the switch, and a page from right to left."""

import pytest
from playwright.sync_api import expect

from models.vocabulary import Role
from tests.journeys.tasks import do_main_task

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("member")]
SIDES = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [name, help] = [box(".w-header__name"), box(".w-header .w-help")];
  const [circle, words] = [box(".govuk-radios__input"), box(".govuk-radios__label span")];
  return { name: name.left > help.left, circle: circle.left > words.left };
}"""


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_member_answers_in_another_language(language, stage, walks, width):
    do_main_task(stage, Role.MEMBER, walks(width, language=language))


def test_in_arabic_a_page_begins_on_the_right_and_english_questions_stay_readable(stage, walks):
    walker = walks(language="ar")

    walker.visit("/ar/self-check/1")
    sides = walker.page.evaluate(SIDES)
    question = walker.page.locator("[data-item]:visible h2 span")

    assert sides == {"name": True, "circle": True}
    expect(question).to_have_attribute("dir", "ltr")
    expect(question).to_have_attribute("lang", "en")


def test_the_switch_stays_on_the_same_page(stage, walks):
    stage.crisis_contact()
    walker = walks()

    walker.visit("/en/help")
    walker.page.get_by_role("link", name="Français").click()
    expect(walker.page.get_by_role("heading", name="Besoin de parler")).to_be_visible()
    walker.page.get_by_role("link", name="العربية").click()

    expect(walker.page).to_have_url(f"{walker.address}/ar/help")
    expect(walker.page.locator("html")).to_have_attribute("dir", "rtl")
