"""What a welfare officer can do so that somebody is asked again; and what is refused."""

from datetime import timedelta

import pytest

from models.tables.reminders import Reminder, WindowLink
from models.vocabulary import Act, Role
from tests.factories import TODAY
from tests.services.reminders.conftest import change_identity, new_scene
from tests.services.reminders.endings import answer, draft
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.window_links import id_in
from welfare.services.reminders import ask_again, make_link

DAY = timedelta(days=1)


@pytest.fixture
def officer(make):
    return make.actor(Role.WELFARE_OFFICER)


@pytest.fixture(params=[ask_again, make_link], ids=["letter", "link"])
def service(request):
    return request.param


def asked(make, officer, window):
    return {"actor": officer, "window_id": window.id, "at": make.now}


def test_one_more_letter_is_written_with_a_link_of_its_own(edge, make, officer):
    window = make.window(make.person().id)

    edge.act(ask_again, **asked(make, officer, window))

    (letter,), (link,) = edge.rows(Reminder), edge.rows(WindowLink)
    assert (letter.link_id, letter.day, letter.asked_by) == (link.id, None, officer.account_id)
    assert link.made_by is None  # it goes to nobody but the person's own address
    assert edge.acts()[Act.REMINDER_WRITTEN] == 1


def test_there_is_one_letter_a_day_whoever_asked_for_it(edge, make, officer):
    window = make.window(make.person().id)
    make.reminder(window, day=0)
    given = asked(make, officer, window)

    with pytest.raises(InputRefused) as refused:
        edge.act(ask_again, **given)
    edge.act(ask_again, **{**given, "at": make.now + DAY})

    assert refused.value.problems == {"reminder": "already_today"}
    assert edge.count(Reminder) == 2


@pytest.mark.parametrize(
    ("identity", "problem"),
    [
        ({"email": ""}, "no_address"),
        ({"email": "a@b.example", "refused_email": "a@b.example"}, "bounced"),
        ({"service_number": "", "family": ""}, "nothing_known"),
    ],
)
def test_whoever_cannot_be_reached_is_named_as_such(edge, make, officer, identity, problem):
    person = make.person()
    change_identity(make, person.id, **identity)

    with pytest.raises(InputRefused) as refused:
        edge.act(ask_again, **asked(make, officer, make.window(person.id)))

    assert refused.value.problems == {"address": problem}
    assert edge.count(Reminder) == 0 == edge.count(WindowLink)


def test_somebody_with_a_password_of_their_own_gets_a_letter_without_a_link(edge, make, officer):
    member = make.actor()
    change_identity(make, member.person_id, service_number="", family="")

    edge.act(ask_again, **asked(make, officer, make.window(member.person_id)))

    assert [each.link_id for each in edge.rows(Reminder)] == [None]


def test_a_link_to_hand_over_is_made_in_the_officers_name(edge, make, officer):
    person = make.person(language="fr")
    change_identity(make, person.id, email="")
    window = make.window(person.id)

    handed = edge.act(make_link, **asked(make, officer, window))

    (link,) = edge.rows(WindowLink)
    assert id_in(edge.database.keys, handed.token) == link.id
    assert (link.made_by, handed.language) == (officer.account_id, "fr")
    assert edge.acts()[Act.WINDOW_LINK_MADE] == 1


@pytest.mark.parametrize("has_begun", [True, False])
def test_no_link_is_handed_over_for_who_has_a_way_of_their_own(edge, make, officer, has_begun):
    """And whether they have begun cannot be told from that."""
    scene = new_scene(make)
    if has_begun:
        draft(make, scene)

    with pytest.raises(InputRefused) as refused:
        edge.act(make_link, **asked(make, officer, scene.window))

    assert refused.value.problems == {"person": "own_way"}


def test_no_link_is_made_where_two_facts_are_not_known(edge, make, officer):
    person = make.person()
    change_identity(make, person.id, service_number="", family="")

    with pytest.raises(InputRefused) as refused:
        edge.act(make_link, **asked(make, officer, make.window(person.id)))

    assert refused.value.problems == {"person": "nothing_known"}


def test_nothing_is_done_for_people_of_other_units(edge, make, service):
    elsewhere = make.unit("Elsewhere")
    stranger = make.actor(Role.WELFARE_OFFICER, elsewhere)
    window = make.window(make.person().id)

    with pytest.raises(AccessDenied):
        edge.act(service, **asked(make, stranger, window))

    assert edge.count(WindowLink) == 0


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WELFARE_OFFICER])
def test_nobody_but_a_welfare_officer_asks_again(edge, make, service, role):
    person = make.person()
    own = make.actor(role, person=person)

    with pytest.raises(AccessDenied):
        edge.act(service, **asked(make, own, make.window(person.id)))


def test_nobody_is_asked_again_in_a_window_that_is_over(edge, make, officer, service):
    scene, later = new_scene(make), new_scene(make, window={"opens_on": TODAY + DAY})
    answer(make, scene)

    for window in (scene.window, later.window):
        with pytest.raises(MoveNotAllowed):
            edge.act(service, **asked(make, officer, window))


def test_a_person_who_left_or_was_erased_is_asked_nothing(edge, make, officer, service):
    scene = new_scene(make)
    make.actor(person=scene.person, disabled_at=make.now)

    with pytest.raises(RecordNotFound):
        edge.act(service, **asked(make, officer, scene.window))


def test_a_letter_rings_for_the_sender(make, officer, watched):
    window = make.window(make.person().id)

    with watched.writing() as session:
        ask_again(session, **asked(make, officer, window))

        assert session.info["bell"]
