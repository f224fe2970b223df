"""An administrator's first real day: from an empty site to a member who can be asked."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.vocabulary import Role
from tests.factories import TODAY

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("release")]
OWN = "a sentence of my own"


def add_person(walker, *, role, login, unit, **facts):
    """Leaves the walker on the page that shows a code or a link, this once."""
    walker.follow("Add a person")
    walker.looks("Add a person")
    walker.pick(unit=unit, role=role)
    walker.fill(given="Mara", family="Ilden", login=login, **facts)
    walker.press("Save")


def confirm_by_a_second(walker, login):
    """Another administrator says yes, and never sees the spoken code."""
    walker.sign_in(login)
    walker.follow("1 account waits for your word")
    walker.looks("What waits for a second word")
    walker.sees("Mara Ilden")
    walker.press("Confirm this role")
    walker.looks("Link")


def choose_own_password(walker, link, fact):
    walker.visit("/" + link.split("/", 3)[3])
    walker.looks("Choose your password")
    walker.fill(fact=fact, password=OWN, again=OWN)
    walker.press("Set the password")
    walker.sees("Your password is set.")


def test_the_first_real_day_ends_with_questions_for_a_member(stage, walks, width):
    administrator, mark = stage.person(Role.ADMINISTRATOR), stage.unit.name[-4:]
    walker = walks(width)

    walker.sign_in(administrator.login)
    walker.looks("Site")
    walker.sees("Nobody can be asked yet.")
    walker.follow("Add a unit")
    walker.fill(name="Alpha Company")
    walker.press("Save")
    walker.sees("Alpha Company")
    add_person(
        walker,
        role="Clinician",
        login=f"doctor-{mark}",
        unit=stage.unit.name,
        email="doctor@example.org",
    )
    walker.looks("Spoken code")
    confirm_by_a_second(walks(width), stage.person(Role.ADMINISTRATOR).login)
    walker.follow("Site", walker.page.get_by_role("banner"))
    walker.follow("Put somebody on duty")
    walker.looks("Put somebody on duty")
    walker.pick(unit=stage.unit.name, account="Mara Ilden")
    walker.page.locator("[name=from]").fill(TODAY.isoformat())
    walker.press("Save")
    walker.follow("Add a crisis contact")
    walker.looks("Add a crisis contact")
    walker.fill(name="Field clinic", phone="+00 555 0101", hours="Day and night")
    walker.press("Save")
    add_person(
        walker,
        role="Member",
        login=f"member-{mark}",
        unit="Alpha Company",
        service_number=f"SN-{mark}",
    )
    walker.looks("Link")
    link = walker.page.get_by_label("To copy").input_value()
    walker.follow("Site", walker.page.get_by_role("banner"))
    walker.follow("Missions")
    walker.looks("Missions")
    walker.follow("Add a mission")
    walker.fill(name=f"River Mission {mark}", site="Port Ansel")
    walker.press("Save")
    walker.follow("Site", walker.page.get_by_role("banner"))
    walker.follow("Deployments")
    walker.follow("Record a deployment")
    walker.looks("Record a deployment")
    walker.fill(service_number=f"SN-{mark}")
    walker.pick(mission=f"River Mission {mark}, Port Ansel")
    walker.page.locator("[name=from]").fill((TODAY - timedelta(days=300)).isoformat())
    walker.page.locator("[name=until]").fill((TODAY - timedelta(days=120)).isoformat())
    walker.press("Save")
    walker.sees(f"River Mission {mark}")
    walker.follow("Site", walker.page.get_by_role("banner"))
    expect(walker.page.get_by_role("row", name="Alpha Company")).to_contain_text("Yes")

    member = walks(width)
    choose_own_password(member, link, mark)
    member.sign_in(f"member-{mark}", OWN)
    member.looks("My questions")
    member.sees(f"You came back from River Mission {mark}")


def test_what_is_wrong_with_a_form_is_named_by_its_field(stage, walks, width):
    walker = walks(width)
    walker.expected.add("422")
    walker.sign_in(stage.person(Role.ADMINISTRATOR).login)

    walker.follow("Add a person")
    walker.press("Save")

    walker.looks("Please check these answers")
    walker.follow("Given name: Please fill this in.")
    expect(walker.page.get_by_label("Given name")).to_be_focused()


def test_somebody_with_two_roles_acts_in_one_of_them(stage, walks, width):
    privacy = stage.person(Role.PRIVACY_OFFICER)
    stage.make.post(privacy.actor, Role.MEMBER, stage.unit)
    walker = walks(width)

    walker.sign_in(privacy.login)
    walker.follow("Change role", walker.page.get_by_role("banner"))
    walker.looks("Change role")
    walker.page.get_by_label("Member, ").check(force=True)
    walker.press("Change role")

    walker.looks("My questions")
