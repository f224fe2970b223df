"""Letters and links of somebody who was erased, or taken back, are gone with them."""

import pytest

from models import withdrawal
from models.tables.accounts import Account, SignInCounter, WebSession
from models.tables.people import Person
from models.tables.reminders import Reminder, WindowLink
from tests.factories import TODAY
from tests.services.reminders.conftest import new_scene
from tests.services.reminders.endings import guess, use
from welfare.errors import RecordNotFound
from welfare.services import erasure
from welfare.services.sessions import find_session
from welfare.services.window_links import look_at_link, may_ask_for_another


@pytest.mark.parametrize("opens_on", ["now", "later"])
def test_an_erasure_ends_links_letters_and_what_they_opened(edge, make, asked, person, opens_on):
    day = TODAY if opens_on == "now" else TODAY.replace(year=TODAY.year + 1)
    make.reminder(make.window(person.id, opens_on=day, due_by=day, code="another"))
    scene = new_scene(make, person=person)
    make.reminder(scene.window, link_id=scene.link.id)
    guess(edge, make, scene, 2)
    begun = new_scene(make, person=person, window={"code": "begun"})
    token = use(edge, begun, make.now)
    guess(edge, make, scene, 2)

    edge.act(erasure.erase_person, **asked)

    for table in (Reminder, WindowLink, WebSession, SignInCounter):
        assert edge.count(table) == 0, table
    assert edge.look(find_session, token=token, request_id=None, at=make.now) is None
    with pytest.raises(RecordNotFound):
        edge.look(look_at_link, token=scene.token, at=make.now)
    assert not edge.look(may_ask_for_another, token=scene.token, at=make.now)


def test_a_letter_is_no_trace_that_keeps_somebody_who_came_by_mistake(edge, make, person):
    scene = new_scene(make, person=person)
    make.reminder(scene.window, link_id=scene.link.id, sent_at=make.now)
    used = new_scene(make)
    use(edge, used, make.now)

    with make.kept() as session:
        both = [person.id, used.person.id]
        assert withdrawal.with_traces(session, person_ids=both) == {used.person.id}
        withdrawal.withdraw(session, person_ids=[person.id], at=make.now, by=None)

    assert edge.rows(Person, Person.id == person.id) == []
    assert [each.person_id for each in edge.rows(Account)] == [used.person.id]
