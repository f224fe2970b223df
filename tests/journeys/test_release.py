"""How a figure reaches command: two people look at it and agree, then one page shows it."""

import pytest
from playwright.sync_api import expect

from models.vocabulary import Role

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("release")]


def approve(walker, login):
    walker.sign_in(login)
    walker.follow("Releases", walker.page.locator("body"))
    walker.looks("Releases")
    walker.follow("1 January 2026 to 30 June 2026")
    walker.looks("What tests against it found")
    walker.choose("May command see this?", "Approved")
    walker.press("Record decision")
    walker.sees("Your decision is recorded.")
    walker.looks("Decisions")


def test_command_sees_a_release_after_two_people_approved_it(stage, walks, width):
    privacy, lead = stage.person(Role.PRIVACY_OFFICER), stage.person(Role.CLINIC_LEAD)
    commander = stage.person(Role.COMMANDER)
    stage.candidate()
    command = walks(width)
    command.sign_in(commander.login)
    command.looks("How the force is doing")
    command.sees("No release has been published")

    approve(walks(width), privacy.login)
    approve(walks(width), lead.login)
    command.go_to("Figures")

    command.looks("What this page cannot tell you")
    command.sees("About 1 in 3")
    command.sees("[c] means: not published")
    expect(command.page.get_by_role("row", name="A Company")).to_contain_text("No clear signal")
    expect(command.page.get_by_role("row", name="B Company")).to_contain_text("[c]")


def test_a_rejection_needs_a_reason(stage, walks):
    privacy = stage.person(Role.PRIVACY_OFFICER)
    stage.candidate()
    walker = walks()
    walker.expected.add("422")

    walker.sign_in(privacy.login)
    walker.follow("1 January 2026 to 30 June 2026")
    walker.choose("May command see this?", "Rejected")
    walker.press("Record decision")
    walker.looks("Please check these answers")
    walker.fill(reason="The roster of one company is out of date.")
    walker.choose("May command see this?", "Rejected")
    walker.press("Record decision")

    walker.looks("Decisions")
    walker.sees("The roster of one company is out of date.")


def test_a_commander_finds_no_way_to_anything_else(stage, walks):
    walker = walks()
    walker.expected.add("403")
    walker.sign_in(stage.person(Role.COMMANDER).login)

    for path in ("/en/work-list", "/en/site/", "/en/trail/", "/en/releases/"):
        walker.visit(path)
        walker.looks("This page is not part of your role")
