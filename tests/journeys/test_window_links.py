"""From a welfare officer's list to the receipt: answering by a link, without a password."""

import re

import pytest

from models.tables.screenings import Screening
from models.vocabulary import Role
from tests.factories import TODAY
from tests.journeys.test_member import to_the_check_page
from tests.services.reminders.conftest import change_identity, identity_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("window links")]
LINK = re.compile(r"/en/message/[\w-]+")


@pytest.fixture
def reader(stage):
    """Somebody without an account and without an e-mail address, whose questions are due."""
    stage.clinician_on_duty()
    stage.crisis_contact()
    person = stage.make.person(stage.unit)
    change_identity(stage.make, person.id, email="")
    stay = stage.make.deployment(person)
    stage.make.window(person.id, deployment_id=stay.id, opens_on=TODAY)
    return person


def handed_over(stage, walks):
    """The address that a welfare officer's page shows, once."""
    officer = walks(1280)
    officer.sign_in(stage.person(Role.WELFARE_OFFICER).login)
    officer.press("Make a link")
    officer.looks("You have a message")
    return LINK.search(officer.page.get_by_label("Or type this address:").input_value()).group()


def test_a_phone_without_a_password_answers_until_the_receipt(stage, walks, reader):
    path = handed_over(stage, walks)
    phone = walks(390)
    phone.expected |= {"404", "422"}
    number = identity_of(stage.make.database, reader.id)["service_number"]

    phone.visit(path)
    phone.looks("You have a message")
    phone.fill(service_number=number[-4:], birth_year="1991")
    phone.press("Read my message")
    phone.sees("What you entered does not fit. Please check both.")
    phone.looks("You have a message")
    phone.fill(service_number=number[-4:], birth_year="1990")
    phone.press("Read my message")
    phone.looks("My questions")
    phone.follow("Read first, then start")
    phone.follow("Start")
    to_the_check_page(phone)
    phone.press("Send my answers")
    phone.looks("Your answers have arrived")
    phone.sees_not("See my history")
    phone.press("Sign out")
    phone.looks("You are signed out")
    phone.visit(path)
    phone.looks("This link does not work any more")

    with stage.make.database.reading() as session:
        sent = session.query(Screening).filter_by(person_id=reader.id).one()
        assert sent.window_id is not None
