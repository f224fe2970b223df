"""Signed-in browsers: found by their token, kept awake, over in time."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.accounts import Account
from models.tables.people import Person
from models.vocabulary import Act, Role
from tests.services.sessions.finding import session_of
from welfare.services.sessions import (
    ABSOLUTE,
    IDLE,
    find_session,
    note_seen,
    sign_out,
)


@pytest.mark.parametrize(
    ("seen", "created", "is_live"),
    [
        (timedelta(0), timedelta(0), True),
        (IDLE - timedelta(seconds=1), IDLE, True),
        (IDLE, IDLE, False),
        (timedelta(0), ABSOLUTE - timedelta(seconds=1), True),
        (timedelta(0), ABSOLUTE, False),
    ],
)
def test_a_session_ends_when_idle_or_when_it_is_too_old(edge, make, actor, seen, created, is_live):
    token = make.web_session(actor, seen_at=make.now - seen, created_at=make.now - created)

    assert (session_of(edge, token, make.now) is not None) is is_live


def test_being_seen_keeps_a_session_awake_but_wakes_no_ended_one(edge, make, actor):
    token = make.web_session(actor, seen_at=make.now)
    later = make.now + IDLE - timedelta(seconds=1)

    edge.act(note_seen, token=token, at=later)
    assert session_of(edge, token, later + timedelta(minutes=20))

    edge.act(sign_out, actor=actor, token=token, at=later)
    edge.act(note_seen, token=token, at=later)
    assert session_of(edge, token, later) is None


def test_a_token_is_worth_nothing_after_signing_out(edge, actor, make):
    token = make.web_session(actor)

    edge.act(sign_out, actor=actor, token=token, at=make.now)

    assert session_of(edge, token, make.now) is None
    assert edge.acts() == {Act.SIGNED_OUT: 1}


def test_a_disabled_account_has_no_session_any_more(edge, make, actor):
    token = make.web_session(actor)
    with make.kept() as session:
        session.get_one(Account, actor.account_id).disabled_at = make.now

    assert session_of(edge, token, make.now) is None


def test_finding_a_session_takes_one_query(edge, make, actor):
    token = make.web_session(actor)

    assert edge.queries(find_session, token=token, request_id=uuid4(), at=make.now) == 1


def test_whoever_has_a_factor_and_has_not_shown_it_is_never_fresh(edge, make):
    member = make.actor()
    make.app(member)
    token = make.web_session(member, proved_at=None, fresh_at=make.now)

    found = session_of(edge, token, make.now)

    assert found.owes_proof and not found.is_fresh(timedelta(minutes=10), at=make.now)


def test_an_app_that_was_never_confirmed_is_no_factor(edge, make, actor):
    make.app(actor, confirmed_at=None)
    token = make.web_session(actor, proved_at=None)

    assert not session_of(edge, token, make.now).owes_proof


def test_freshness_ends_with_its_span(edge, make, actor):
    token = make.web_session(actor, fresh_at=make.now - timedelta(minutes=10))

    found = session_of(edge, token, make.now)

    assert found.is_fresh(timedelta(minutes=10), at=make.now)
    assert not found.is_fresh(timedelta(minutes=10), at=make.now + timedelta(seconds=1))


def test_a_session_knows_the_clock_of_its_place_and_still_takes_one_query(edge, make, actor):
    token = make.web_session(actor)
    assert session_of(edge, token, make.now).zone is None

    make.contingent(zone="Africa/Juba")

    assert session_of(edge, token, make.now).zone == "Africa/Juba"
    assert edge.queries(find_session, token=token, request_id=uuid4(), at=make.now) == 1


def test_the_clock_is_that_of_the_nearest_contingent_that_has_one(edge, make):
    east, west = (make.unit(name, make.root) for name in ("Eastmark", "Westmark"))
    make.contingent(zone="Africa/Juba")
    make.contingent(east, zone="Asia/Dhaka")
    make.contingent(west, zone=None)

    def zone_in(unit, role=Role.CLINICIAN):
        token = make.web_session(make.actor(role, make.unit("A", unit)))
        return session_of(edge, token, make.now).zone

    found = [zone_in(make.root), zone_in(east), zone_in(west), zone_in(make.unit("Far"))]
    assert found == ["Africa/Juba", "Asia/Dhaka", "Africa/Juba", None]


def test_a_member_lives_by_the_clock_of_their_own_unit_whichever_unit_their_post_names(edge, make):
    east = make.unit("Eastmark", make.root)
    make.contingent(zone="Africa/Juba")
    make.contingent(east, zone="Asia/Dhaka")
    member, clinician = make.actor(), make.actor(Role.CLINICIAN)
    with make.kept() as session:
        for each in (member, clinician):
            session.get_one(Person, each.person_id).unit_id = east.id

    zones = [
        session_of(edge, make.web_session(each), make.now).zone for each in (member, clinician)
    ]

    assert zones == ["Asia/Dhaka", "Africa/Juba"]
