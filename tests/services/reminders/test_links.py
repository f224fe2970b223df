"""A link from the letter to its end: made, opened, used, refused, too old, guessed at."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.tables.accounts import Account, Post, WebSession
from models.tables.people import Person
from models.tables.reminders import Reminder, WindowLink
from models.vocabulary import Act, LinkEnding, Role
from tests.factories import TODAY
from tests.services.reminders.conftest import change_identity, identity_of, new_scene
from tests.services.reminders.endings import draft, guess, use
from welfare.errors import RecordNotFound, SignInRefused
from welfare.policies.letter_box import problem_with
from welfare.policies.links import Fact
from welfare.services.reminders import make_link
from welfare.services.sessions import find_session
from welfare.services.window_links import (
    look_at_link,
    note_opened,
    refuse_link,
)

DAY = timedelta(days=1)


def link_now(edge, scene):
    return edge.rows(WindowLink, WindowLink.id == scene.link.id)[0]


def session_of(edge, token, at):
    return edge.look(find_session, token=token, request_id=None, at=at)


def test_looking_at_a_link_says_what_it_asks_for_and_uses_nothing_up(edge, make, scene):
    before = edge.contents()

    seen = [edge.look(look_at_link, token=scene.token, at=make.now) for _ in range(3)]

    assert {each.facts for each in seen} == {(Fact.SERVICE_NUMBER, Fact.BIRTH_YEAR)}
    assert edge.contents() == before


def test_the_first_look_is_noted_at_the_link_and_at_its_letter(edge, make, scene):
    make.reminder(scene.window, link_id=scene.link.id, sent_at=make.now)

    for minutes in (1, 2):
        at = make.now + timedelta(minutes=minutes)
        edge.act(note_opened, link_id=scene.link.id, at=at)

    first = make.now + timedelta(minutes=1)
    assert link_now(edge, scene).opened_at == first
    assert edge.rows(Reminder)[0].opened_at == first
    assert edge.acts()[Act.WINDOW_LINK_OPENED] == 1


def test_the_owner_comes_in_for_this_window_and_nothing_else(edge, make, scene):
    token = use(edge, scene, make.now)

    found = session_of(edge, token, make.now)
    assert found.actor.person_id == scene.person.id
    assert (found.actor.window_id, found.actor.role) == (scene.window.id, Role.MEMBER)
    assert not found.has_other_posts and not found.must_change_password
    assert not found.is_fresh(timedelta(hours=1), at=make.now)
    assert link_now(edge, scene).used_at == make.now
    assert edge.acts()[Act.WINDOW_LINK_USED] == 1


def test_somebody_without_an_account_gets_one_that_no_password_opens(edge, make, scene):
    use(edge, scene, make.now)
    again = new_scene(make, person=scene.person, window={"opens_on": TODAY - 2 * DAY})
    use(edge, again, make.now)

    (account,), (post,) = edge.rows(Account), edge.rows(Post)
    assert (account.person_id, account.used_at) == (scene.person.id, make.now)
    assert not account.password_hash.startswith("$")
    assert (post.role, post.unit_id) == (Role.MEMBER, scene.person.unit_id)
    assert edge.acts()[Act.ACCOUNT_CREATED] == 1


def test_an_account_that_is_there_is_used_with_its_rights_left_outside(edge, make):
    clinician = make.actor(Role.CLINICIAN)
    make.app(clinician)
    with edge.database.reading() as session:
        person = session.get_one(Person, clinician.person_id)
    scene = new_scene(make, person=person)

    found = session_of(edge, use(edge, scene, make.now), make.now)

    assert (found.actor.account_id, found.actor.role) == (clinician.account_id, Role.MEMBER)
    assert found.waiting_role is None and not found.owes_proof


def test_a_session_of_a_link_ends_after_two_hours_however_busy(edge, make, scene):
    token = use(edge, scene, make.now)
    with make.kept() as session:
        session.execute(update(WebSession).values(seen_at=make.now + timedelta(hours=2)))

    assert session_of(edge, token, make.now + timedelta(minutes=119)) is not None
    assert session_of(edge, token, make.now + timedelta(hours=2)) is None


def test_wrong_facts_are_counted_and_the_fifth_ends_the_link(edge, make, scene):
    guess(edge, make, scene, 4)
    assert link_now(edge, scene).closed_for is None

    guess(edge, make, scene, 1)

    link = link_now(edge, scene)
    assert (link.failures, link.closed_for) == (5, LinkEnding.WRONG_CODES)
    assert edge.acts()[Act.WINDOW_LINK_REFUSED] == 5
    assert edge.count(WebSession) == 0


def test_the_right_facts_end_the_row_of_wrong_ones(edge, make, scene):
    guess(edge, make, scene, 4)

    assert use(edge, scene, make.now)


def test_guessing_over_many_links_of_one_person_has_to_wait(edge, make, scene):
    more = [new_scene(make, person=scene.person, window={"code": str(n)}) for n in range(2)]
    guess(edge, make, scene, 5)
    guess(edge, make, more[0], 5)

    with pytest.raises(SignInRefused) as refused:
        use(edge, more[1], make.now)

    assert refused.value.wait_seconds > 0
    assert use(edge, more[1], make.now + timedelta(minutes=2))


def test_this_is_not_me_ends_the_link_and_stops_letters_to_that_address(edge, make, scene):
    make.reminder(scene.window, link_id=scene.link.id, sent_at=make.now)

    edge.act(refuse_link, token=scene.token, at=make.now)

    identity = identity_of(edge.database, scene.person.id)
    assert link_now(edge, scene).closed_for is LinkEnding.NOT_ME
    assert edge.rows(Reminder)[0].bounced_at == make.now
    assert problem_with(identity) == "bounced"
    change_identity(make, scene.person.id, email="another@example.org")
    assert problem_with(identity_of(edge.database, scene.person.id)) is None


def test_who_refuses_a_link_that_was_handed_over_stops_no_letters(edge, make):
    officer = make.actor(Role.WELFARE_OFFICER)
    scene = new_scene(make, made_by=officer.account_id)
    change_identity(make, scene.person.id, email="")

    edge.act(refuse_link, token=scene.token, at=make.now)

    assert "refused_email" not in identity_of(edge.database, scene.person.id)


def test_whoever_can_be_written_to_is_reached_by_a_letter_and_by_no_link_that_was_handed_over(
    edge, make, scene
):
    officer = make.actor(Role.WELFARE_OFFICER)
    handed = new_scene(make, person=scene.person, window={"code": "b"}, made_by=officer.account_id)
    draft(make, scene)

    with pytest.raises(RecordNotFound):
        use(edge, handed, make.now)
    assert use(edge, scene, make.now)


def test_whoever_has_no_other_way_back_goes_on_by_a_link_that_was_handed_over(edge, make):
    officer = make.actor(Role.WELFARE_OFFICER)
    handed = new_scene(make, made_by=officer.account_id)
    change_identity(make, handed.person.id, email="")
    draft(make, handed)

    assert (
        edge.act(make_link, actor=officer, window_id=handed.window.id, at=make.now).token
        != handed.token
    )
    assert use(edge, handed, make.now)
