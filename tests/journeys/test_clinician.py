"""A clinician's journey: from an alert on the work-list to its outcome and a signed note."""

import pytest
from playwright.sync_api import expect

from models.vocabulary import Role
from tests.journeys.scenes import Stage

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("clinician")]
MOST_PAGES = 4  # after the work-list


def care_for_the_first(walker, login):
    """The whole way, page by page; the last page is the person's, with the note."""
    walker.sign_in(login)
    walker.looks("Work-list")
    walker.sees("New alert")
    before = walker.documents
    walker.press("Acknowledge")
    walker.looks("Results over time")
    walker.sees("The alert is yours.")
    walker.choose("How did it go?", "Reached")
    walker.fill(words="Called. Safe for now.")
    walker.press("Record contact")
    walker.sees("The contact is recorded.")
    walker.choose("How did it end?", "Spoken with, safe, support agreed")
    walker.fill(outcome_words="First appointment on Tuesday.")
    walker.press("Close alert")
    walker.sees("The alert is closed with its outcome.")
    walker.page.get_by_label("New note").fill("Sleeps badly. Agreed to talk.")
    walker.press("Sign note")
    walker.looks("Earlier alerts")
    walker.sees("Sleeps badly. Agreed to talk.")
    assert walker.documents - before <= MOST_PAGES


def test_an_alert_is_cared_for_on_four_pages(stage, walks, width):
    clinician = stage.clinician_on_duty()
    stage.patient(clinician)

    care_for_the_first(walks(width), clinician.login)


def test_the_same_way_on_a_server_database(site_on_postgres, walks_on_postgres):
    stage = Stage(site_on_postgres)
    clinician = stage.clinician_on_duty()
    stage.patient(clinician)

    care_for_the_first(walks_on_postgres(1280), clinician.login)


def test_a_new_alert_says_what_was_answered_and_what_to_do(stage, walks, width):
    clinician = stage.clinician_on_duty()
    stage.patient(clinician)
    walker = walks(width)

    walker.sign_in(clinician.login)
    walker.follow("Marrow")

    walker.looks("Critical answer")
    walker.sees("Nobody has taken this yet")
    walker.sees("Answer: Several days")
    expect(walker.page.get_by_role("button", name="Acknowledge: this is mine")).to_be_visible()


def test_an_unfinished_form_says_which_choice_is_missing(stage, walks, width):
    clinician = stage.clinician_on_duty()
    stage.patient(clinician)
    walker = walks(width)
    walker.expected.add("422")

    walker.sign_in(clinician.login)
    walker.press("Acknowledge")
    walker.press("Record contact")
    walker.looks("Please check these answers")
    walker.follow("How it went: Please choose one of the options.")
    expect(walker.page.get_by_label("Reached", exact=True)).to_be_focused()


def test_a_lead_takes_over_what_nobody_has_seen(stage, walks, width):
    clinician, lead = stage.clinician_on_duty(), stage.person(Role.CLINIC_LEAD)
    stage.patient(clinician)
    walker = walks(width)

    walker.sign_in(lead.login)
    walker.looks("Alerts nobody has taken yet")
    walker.press("Take over")

    walker.looks("Critical answer")
    walker.sees("The alert is yours.")
