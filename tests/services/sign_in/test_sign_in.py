"""Signing in: the same refusal for every reason, and a session that is new each time."""

from datetime import timedelta

import pytest

from models.tables.accounts import Account, SignInCounter, WebSession
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Decision, Role
from tests.factories import PASSWORD, TODAY
from tests.services.doors import come_in, enter
from tests.services.sign_in.attempts import HOME, fail, session_of
from welfare.errors import SignInRefused
from welfare.policies.browser import Browser
from welfare.policies.passwords import hashed
from welfare.services.sessions import list_posts
from welfare.services.sign_in import check_password, sign_in


def test_the_right_password_opens_a_session_in_the_duty_post(edge, asked, actor, make):
    make.post(actor, Role.MEMBER, make.root, from_day=TODAY - timedelta(days=300))

    token = edge.act(come_in, **asked)

    found = session_of(edge, token, make.now)
    assert (found.actor.account_id, found.waiting_role) == (actor.account_id, Role.CLINICIAN)
    assert found.has_other_posts and not found.must_change_password
    assert edge.acts() == {Act.SIGNED_IN: 1}


def test_only_a_digest_of_the_token_is_kept(edge, asked):
    token = edge.act(come_in, **asked)

    (stored,) = edge.rows(WebSession)
    assert len(token) >= 43 and token.encode() not in stored.token_digest


@pytest.mark.parametrize("login", ["  NOOR ", "Noor", "noor"])
def test_case_and_spaces_of_the_name_do_not_matter(edge, asked, login):
    assert edge.act(come_in, **asked | {"login": login})


@pytest.mark.parametrize(
    "wrong", [{"password": "not the right one"}, {"login": "nobody"}, {"password": ""}]
)
def test_every_refusal_looks_the_same_and_is_kept_in_the_trail(edge, asked, wrong):
    with pytest.raises(SignInRefused) as refused:
        edge.act(come_in, **asked | wrong)

    (event,) = edge.rows(AuditEvent)
    assert (str(refused.value), refused.value.wait_seconds) == ("sign-in refused", 0)
    assert (event.act, event.decision) == (Act.SIGN_IN_REFUSED, Decision.REFUSED)
    assert (event.actor_id, event.person_id) == (None, None)
    assert {each.failures for each in edge.rows(SignInCounter)} == {1}


def test_a_disabled_account_looks_like_a_wrong_password(edge, asked, make, kept_password):
    make.actor(login="gone", password_hash=kept_password, disabled_at=make.now)

    assert fail(edge, asked, 1, login="gone", password=PASSWORD) == [0]


def test_an_account_without_a_post_is_refused(edge, asked, make, actor):
    with make.kept() as session:
        for post in list_posts(session, actor=actor, today=TODAY):
            post.until_day = TODAY - timedelta(days=1)

    assert fail(edge, asked, 1, password=PASSWORD) == [0]
    assert edge.count(WebSession) == 0


def test_a_password_changed_between_the_two_steps_opens_nothing(edge, asked, actor, make):
    given = {"login": "noor", "browser": Browser(network=HOME), "at": make.now}
    checked = edge.look(check_password, **given, password=PASSWORD)
    with make.kept() as session:
        session.get_one(Account, actor.account_id).password_hash = hashed("another quiet river")

    with pytest.raises(SignInRefused):
        edge.act(sign_in, **given, checked=checked)


def test_a_post_that_nobody_has_confirmed_lets_nobody_in(edge, asked, make, kept_password):
    pending = make.actor(login="pending", password_hash=kept_password)
    with make.kept() as session:
        for post in list_posts(session, actor=pending, today=TODAY):
            post.confirmed_at = None

    assert fail(edge, asked, 1, login="pending", password=PASSWORD) == [0]
    assert edge.acts() == {Act.SIGN_IN_REFUSED: 1}


def test_the_session_that_a_browser_had_ends_when_a_new_one_opens(edge, make, actor):
    planted = make.web_session(make.actor())
    given = {"login": "noor", "browser": Browser(token=planted), "at": make.now}

    token = edge.act(enter, **given, password=PASSWORD).token

    assert session_of(edge, planted, make.now) is None
    assert session_of(edge, token, make.now)
