"""What was assigned in care is asked by letters like those of any check."""

from uuid import uuid4

from models.tables.reminders import Reminder
from models.vocabulary import Role
from tests.factories import NOW, TODAY
from tests.jobs.post_office import STATIONERY
from tests.services.edge import Edge
from welfare.jobs import reminders
from welfare.jobs.reminders import Walk


def test_the_letter_is_the_very_same_as_about_a_check(make, watched, post_office):
    make.window(make.person().id, opens_on=TODAY)
    make.measure(make.case(make.person(), make.actor(Role.CLINICIAN)))

    given = {"stationery": STATIONERY, "walk": Walk(), "holder": uuid4(), "at": NOW}
    reminders.run(watched, mailer=post_office, **given)

    said = [letter.body.split("/en/message/") for letter in post_office.letters]
    first, second = [(before, rest.split(maxsplit=1)[1]) for before, rest in said]
    assert first == second
    assert len({letter.subject for letter in post_office.letters}) == 1
    assert [each.day for each in Edge(watched).rows(Reminder)] == [0, 0]
