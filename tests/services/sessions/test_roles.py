"""The role of a session: it moves with a Post, and a staff Post waits for the second factor."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.vocabulary import Act, Role
from tests.factories import TODAY
from tests.services.sessions.finding import session_of
from welfare.errors import RecordNotFound
from welfare.policies.actor import Actor
from welfare.services.sessions import (
    list_posts,
    switch_post,
)


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


def test_without_a_second_factor_a_staff_post_grants_nothing(edge, make, actor):
    token = make.web_session(actor, proved_at=None)

    found = session_of(edge, token, make.now)

    assert found.actor == Actor(actor.account_id, actor.person_id, None, "", found.actor.request_id)
    assert (found.waiting_role, found.unit_name, found.owes_proof) == (Role.CLINICIAN, "", False)


def test_a_member_needs_no_second_factor(edge, make):
    member = make.actor()
    token = make.web_session(member, proved_at=None)

    assert session_of(edge, token, make.now).actor.role is Role.MEMBER


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
