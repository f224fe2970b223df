"""An administrator copies a programme with other windows; a clinic lead changes a cut-point."""

import pytest
from playwright.sync_api import expect

from models.tables.people import Person
from models.vocabulary import Role
from tests.factories import CALM

pytestmark = [pytest.mark.journey]
PHONE, DESK = 390, 1280
# Above 3 of 5, and above the cut-point of the longer questionnaire.
FOUND = CALM | {
    "pc-ptsd-5": {"0": 1, "1": 1, "2": 1, "3": 1, "4": 0, "5": 0},
    "pcl-5": {str(number): 2 for number in range(1, 21)},
}


@pytest.fixture
def come_in(stage, walks):
    """Somebody of this role on the list of programmes."""

    def at(role, width, **more):
        walker = walks(width, **more)
        walker.come_in(stage.make.web_session(stage.person(role).actor))
        walker.visit("/en/programmes/")
        walker.looks("Programmes")
        return walker

    return at


def test_windows_are_changed_on_a_phone_without_script_and_confirmed(stage, come_in):
    code = f"own-{stage.unit.path}"
    walker = come_in(Role.ADMINISTRATOR, PHONE, script=False)
    walker.expected.add("422")
    walker.follow("Canada")
    walker.follow("Copy it with other windows")
    walker.fill(code=code, title="Army")
    walker.press("Add a window")
    walker.page.locator("[name='w2.code']").fill("early")
    walker.page.locator("[name='w2.opens']").fill("30")
    walker.page.locator("[name='w2.due']").fill("20")
    walker.press("Show the windows")
    walker.sees("Opens: It would open after it is due.")
    expect(walker.page.locator("[name=title]")).to_have_value("Army")
    walker.page.locator("[name='w2.due']").fill("60")
    walker.press("Show the windows")
    expect(walker.page.get_by_role("table")).to_contain_text("early")
    walker.press("Ask a second person")
    walker.looks("Army")
    expect(walker.page.get_by_role("button", name="Confirm it")).to_have_count(0)
    second = come_in(Role.CLINIC_LEAD, PHONE, script=False)
    second.follow(f"{code}/1")
    second.looks("Army")
    second.press("Confirm it")
    second.looks("Army")
    second.sees("The new version is in force for deployments recorded from now on.")


def test_a_cut_point_is_changed_after_a_look_at_the_last_year(stage, come_in):
    code = f"own-{stage.unit.path}-care"
    member = stage.person(Role.MEMBER)
    with stage.make.database.reading() as session:
        record = session.get_one(Person, member.actor.person_id)
    stage.make.screening(record, FOUND)
    walker = come_in(Role.CLINIC_LEAD, DESK)
    walker.follow("Canada")
    walker.follow("Copy it with other questions and rules")
    walker.fill(code=code)
    walker.page.locator("[name='g1.at_least']").fill("4")
    walker.press("Ask a second person")
    walker.looks("Own: Canada, screening after deployment")
    walker.sees("On the answers of the last year")
    walker.sees("People above a cut-point who would not have been found.")
    second = come_in(Role.CLINICIAN, DESK)
    second.follow(f"{code}/1")
    second.press("Confirm it")
    second.sees("The new version is in force for deployments recorded from now on.")
