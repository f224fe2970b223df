"""Signed-in browsers: they end, they move with a role, their owner sees them, nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.accounts import Account, WebSession
from models.tables.doors import KnownDevice
from models.vocabulary import Act, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies.actor import Actor
from welfare.services.sessions import (
    ABSOLUTE,
    IDLE,
    end_other_sessions,
    end_session,
    end_sessions,
    find_session,
    list_posts,
    list_sessions,
    note_seen,
    sign_out,
    switch_post,
)


@pytest.fixture
def actor(make):
    return make.actor(Role.CLINICIAN)


def session_of(edge, token, at):
    return edge.look(find_session, token=token, request_id=uuid4(), at=at)


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


def test_nobody_ends_another_persons_session(edge, make, actor):
    token = make.web_session(actor)

    with pytest.raises(RecordNotFound):
        edge.act(sign_out, actor=make.actor(), token=token, at=make.now)

    assert session_of(edge, token, make.now)


def test_a_disabled_account_has_no_session_any_more(edge, make, actor):
    token = make.web_session(actor)
    with make.kept() as session:
        session.get_one(Account, actor.account_id).disabled_at = make.now

    assert session_of(edge, token, make.now) is None


def test_an_ended_post_leaves_a_session_without_a_role(edge, make, actor):
    token = make.web_session(actor)
    with make.kept() as session:
        for post in list_posts(session, actor=actor, today=TODAY):
            post.until_day = TODAY - timedelta(days=1)

    found = session_of(edge, token, make.now)

    assert (found.actor.role, found.actor.unit_path, found.has_other_posts) == (None, "", False)


def test_switching_the_post_changes_the_token_and_keeps_the_age(edge, make, actor):
    post = make.post(actor, Role.MEMBER, make.root)
    begun = make.now - timedelta(hours=11)
    old = make.web_session(actor, created_at=begun)

    new = edge.act(switch_post, actor=actor, token=old, post_id=post.id, at=make.now)

    assert session_of(edge, old, make.now) is None
    assert session_of(edge, new, make.now).actor.role is Role.MEMBER
    assert session_of(edge, new, make.now + timedelta(hours=1)) is None
    assert edge.acts() == {Act.POST_SWITCHED: 1}


def test_nobody_acts_in_a_post_that_is_not_theirs_or_is_over(edge, make, actor):
    token = make.web_session(actor)
    theirs = make.post(make.actor(), Role.CLINIC_LEAD, make.root)
    over = make.post(actor, Role.MEMBER, make.root, until_day=TODAY - timedelta(days=1))

    for post_id in (theirs.id, over.id, uuid4()):
        with pytest.raises(RecordNotFound):
            edge.act(switch_post, actor=actor, token=token, post_id=post_id, at=make.now)


def test_finding_a_session_takes_one_query(edge, make, actor):
    token = make.web_session(actor)

    assert edge.queries(find_session, token=token, request_id=uuid4(), at=make.now) == 1


def test_without_a_second_factor_a_staff_post_grants_nothing(edge, make, actor):
    token = make.web_session(actor, proved_at=None)

    found = session_of(edge, token, make.now)

    assert found.actor == Actor(actor.account_id, actor.person_id, None, "", found.actor.request_id)
    assert (found.waiting_role, found.unit_name, found.owes_proof) == (Role.CLINICIAN, "", False)


def test_a_member_needs_no_second_factor(edge, make):
    member = make.actor()
    token = make.web_session(member, proved_at=None)

    assert session_of(edge, token, make.now).actor.role is Role.MEMBER


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


def test_a_second_factor_given_before_still_counts_in_another_role(edge, make, actor):
    post = make.post(actor, Role.CLINIC_LEAD, make.root)
    token = make.web_session(actor)

    new = edge.act(switch_post, actor=actor, token=token, post_id=post.id, at=make.now)

    assert session_of(edge, new, make.now).actor.role is Role.CLINIC_LEAD


def test_a_member_who_turns_to_a_duty_is_asked_for_the_second_factor(edge, make):
    member = make.actor()
    post = make.post(member, Role.CLINICIAN, make.root)
    token = make.web_session(member, proved_at=None)

    new = edge.act(switch_post, actor=member, token=token, post_id=post.id, at=make.now)

    found = session_of(edge, new, make.now)
    assert (found.actor.role, found.waiting_role) == (None, Role.CLINICIAN)


def test_nobody_turns_to_a_post_that_is_not_confirmed(edge, make, actor):
    post = make.post(actor, Role.CLINIC_LEAD, make.root, confirmed_at=None)
    token = make.web_session(actor)

    with pytest.raises(RecordNotFound):
        edge.act(switch_post, actor=actor, token=token, post_id=post.id, at=make.now)
    assert not session_of(edge, token, make.now).has_other_posts


def test_the_own_list_shows_what_is_open_and_nobody_elses(edge, make, actor):
    mine = make.web_session(actor, device="Firefox, Android")
    make.web_session(actor, device="Edge, Windows")
    make.web_session(actor, seen_at=make.now - IDLE)
    make.web_session(actor, ended_at=make.now)
    make.web_session(make.actor())

    found = edge.look(list_sessions, actor=actor, token=mine, at=make.now)

    assert {(each.device, each.is_this) for each in found} == {
        ("Firefox, Android", True),
        ("Edge, Windows", False),
    }


def test_somebody_ends_one_of_their_sessions(edge, make, actor):
    here, there = make.web_session(actor), make.web_session(actor)
    (other,) = [
        each
        for each in edge.look(list_sessions, actor=actor, token=here, at=make.now)
        if not each.is_this
    ]

    edge.act(end_session, actor=actor, session_id=other.id, at=make.now)

    assert session_of(edge, there, make.now) is None and session_of(edge, here, make.now)
    assert edge.acts() == {Act.SESSION_ENDED: 1}
    with pytest.raises(RecordNotFound):
        edge.act(end_session, actor=actor, session_id=other.id, at=make.now)


def test_nobody_ends_the_session_of_somebody_else_by_its_id(edge, make, actor):
    token = make.web_session(actor)
    (stored,) = edge.rows(WebSession)

    with pytest.raises(RecordNotFound):
        edge.act(end_session, actor=make.actor(), session_id=stored.id, at=make.now)

    assert session_of(edge, token, make.now)


def test_all_others_end_and_this_one_stays(edge, make, actor):
    here, there = make.web_session(actor), make.web_session(actor)
    strangers = make.web_session(make.actor())

    assert edge.act(end_other_sessions, actor=actor, token=here, at=make.now) == 1

    assert session_of(edge, there, make.now) is None
    assert session_of(edge, here, make.now) and session_of(edge, strangers, make.now)


def test_an_administrator_ends_all_sessions_of_somebody_in_the_own_units(edge, make, actor):
    admin = make.actor(Role.ADMINISTRATOR)
    tokens = [make.web_session(actor), make.web_session(actor)]
    with make.kept() as session:
        session.add(
            KnownDevice(
                token_digest=bytes(32),
                account_id=actor.account_id,
                made_at=make.now,
                seen_at=make.now,
            )
        )

    ended = edge.act(end_sessions, actor=admin, account_id=actor.account_id, at=make.now)

    assert ended == 2
    assert not any(session_of(edge, token, make.now) for token in tokens)
    assert edge.count(KnownDevice) == 0
    assert edge.acts() == {Act.SESSION_ENDED: 1}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_end_the_sessions_of_others(edge, make, actor, role):
    token = make.web_session(actor)

    with pytest.raises(AccessDenied):
        edge.act(end_sessions, actor=make.actor(role), account_id=actor.account_id, at=make.now)

    assert session_of(edge, token, make.now)


def test_an_administrator_elsewhere_ends_nothing_here(edge, make, actor):
    token = make.web_session(actor)
    elsewhere = make.actor(Role.ADMINISTRATOR, make.unit("Another contingent"))

    for account_id, refusal in ((actor.account_id, AccessDenied), (uuid4(), RecordNotFound)):
        with pytest.raises(refusal):
            edge.act(end_sessions, actor=elsewhere, account_id=account_id, at=make.now)

    assert session_of(edge, token, make.now)


def test_an_administrator_of_one_company_ends_nothing_of_who_leads_the_contingent(edge, make):
    company = make.unit("A Company", make.root)
    lead = make.actor(Role.CLINIC_LEAD, person=make.person(company))
    make.web_session(lead)
    given = {"account_id": lead.account_id, "at": make.now}

    with pytest.raises(AccessDenied):
        edge.act(end_sessions, actor=make.actor(Role.ADMINISTRATOR, company), **given)

    assert edge.rows(WebSession)[0].ended_at is None
