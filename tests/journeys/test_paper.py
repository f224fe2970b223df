"""Questions on paper, without script: printed, typed in twice with the number keys, and kept."""

import pytest

from models import vault
from models.enrolment import SERVICE_NUMBER
from models.tables.people import Identity
from models.tables.screenings import Screening
from models.vocabulary import Origin, Role

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("paper")]
A4 = {"width": 794, "height": 1123}


def number_of(stage, member):
    with stage.make.database.reading() as session:
        person_id = member.actor.person_id
        key = vault.key_for(session, person_id=person_id)
        identity = session.get_one(Identity, person_id)
        return vault.opened(key, identity, "content")[SERVICE_NUMBER]


def type_in(walker, keys):
    """From the first line on: a digit chooses, the tab key goes on."""
    walker.page.locator("select").first.focus()
    for key in keys:
        walker.page.keyboard.press(key)
        walker.page.keyboard.press("Tab")


def test_a_form_is_printed_and_typed_in_twice_by_keyboard(stage, walks):
    member, window = stage.member_back_from_a_mission()
    clinician = stage.person(Role.CLINICIAN)
    walker = walks(1280, script=False)
    walker.come_in(stage.make.web_session(clinician.actor))
    walker.visit("/en/paper/")
    walker.looks("Paper forms")
    walker.fill(service_number=number_of(stage, member))
    walker.press("Find the person")
    walker.press("Make a form")
    walker.looks("Questions on paper")
    number = walker.page.locator("bdi.w-sheet__number").inner_text()
    walker.page.emulate_media(media="print")
    walker.page.set_viewport_size(A4)
    assert walker.page.locator("header, footer").evaluate_all(
        "all => all.every(each => getComputedStyle(each).display === 'none')"
    )
    walker.page.emulate_media(media="screen")
    walker.page.set_viewport_size({"width": 390, "height": 844})
    walker.is_whole()

    for last, heading in (("2", "First entry"), ("3", "Second entry")):
        walker.visit("/en/paper/")
        walker.fill(number=number.lower())
        walker.press("Type in")
        walker.looks(heading)
        walker.fill(day=walker.page.locator("[name=day]").get_attribute("max"))
        type_in(walker, ["0", *["n"] * 5, "1", last])
        walker.press("Keep this entry")
    walker.looks("The two entries differ")
    walker.page.locator("select").select_option(label="3 Nearly every day")
    walker.press("Keep what the paper says")

    walker.sees("The answers on this form are kept.")
    with stage.make.database.reading() as session:
        kept = session.query(Screening).filter_by(window_id=window.id).one()
        assert kept.origin is Origin.PAPER
