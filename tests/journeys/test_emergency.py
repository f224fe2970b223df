"""Opening a record in an emergency: from the number to the banner, and closed again."""

import pytest

from models.vocabulary import Role
from tests.services.reminders.conftest import identity_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("emergency")]


def test_a_colleague_opens_one_record_reads_it_and_closes_it(stage, walks, width):
    carer = stage.clinician_on_duty()
    person = stage.make.person(stage.unit)
    stage.make.alert(person, carer.actor)
    stage.make.case(person, carer.actor)
    number = identity_of(stage.make.database, person.id)["service_number"]
    walker = walks(width)

    walker.sign_in(stage.person(Role.CLINICIAN).login)
    walker.looks("Work-list")
    walker.visit("/en/paper/")
    walker.follow("Open a record in an emergency")
    walker.looks("Open a record in an emergency")
    walker.fill(service_number=number)
    walker.press("Find the person")
    walker.looks("Open this record in an emergency?")
    walker.choose("Why?", "Danger to the person or to somebody else")
    walker.fill(words="Found on the floor.")
    walker.press("Open the record")
    walker.looks("Results over time")
    walker.sees("You opened this record in an emergency")
    walker.press("End now")
    walker.looks("Open a record in an emergency")
    walker.sees("The record is closed to you again.")
