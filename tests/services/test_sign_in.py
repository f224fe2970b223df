"""Signing in: the same refusal for every reason, waits that double, sessions that end."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.accounts import Account, SignInCounter, WebSession
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Decision, Role
from tests.factories import PASSWORD, TODAY
from tests.services.doors import come_in
from welfare.errors import InputRefused, RecordNotFound, SignInRefused
from welfare.policies.passwords import hashed
from welfare.services.sign_in import (
    ABSOLUTE,
    IDLE,
    change_password,
    check_password,
    find_session,
    list_posts,
    note_seen,
    sign_in,
    sign_out,
    switch_post,
)

HOME, AWAY = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def kept_password(quick_hashing):
    return hashed(PASSWORD)


@pytest.fixture
def actor(make, kept_password):
    return make.actor(Role.CLINICIAN, login="noor", password_hash=kept_password)


@pytest.fixture
def asked(make, actor):
    return {"login": "noor", "password": PASSWORD, "network": HOME, "at": make.now}


def session_of(edge, token, at):
    return edge.look(find_session, token=token, request_id=uuid4(), at=at)


def fail(edge, asked, times, **wrong):
    waits = []
    for _ in range(times):
        with pytest.raises(SignInRefused) as refused:
            edge.act(come_in, **asked | {"password": "not the right one"} | wrong)
        waits.append(refused.value.wait_seconds)
    return waits


def blocked_until(edge):
    return [each.blocked_until for each in edge.rows(SignInCounter) if each.blocked_until]


def test_the_right_password_opens_a_session_in_the_duty_post(edge, asked, actor, make):
    make.post(actor, Role.MEMBER, make.root, from_day=TODAY - timedelta(days=300))

    token = edge.act(come_in, **asked)

    found = session_of(edge, token, make.now)
    assert (found.actor.account_id, found.actor.role) == (actor.account_id, Role.CLINICIAN)
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


def test_five_failures_make_wait_and_the_wait_doubles(edge, asked, make):
    assert fail(edge, asked, 5) == [0] * 5
    spans = [blocked_until(edge)[0] - make.now]
    later = make.now
    for _ in range(3):
        later = blocked_until(edge)[0] + timedelta(seconds=1)
        fail(edge, asked, 1, at=later)
        spans.append(blocked_until(edge)[0] - later)

    assert [span.total_seconds() for span in spans] == [30, 60, 120, 240]


def test_during_the_wait_even_the_right_password_is_refused_and_told_how_long(edge, asked, make):
    fail(edge, asked, 5)

    assert fail(edge, asked, 1, password=PASSWORD) == [31]
    assert edge.act(come_in, **asked | {"at": make.now + timedelta(seconds=31)})


def test_a_wait_never_grows_past_its_limit(edge, asked, make):
    at = make.now
    fail(edge, asked, 5)
    for _ in range(10):
        at = max(blocked_until(edge)) + timedelta(seconds=1)
        fail(edge, asked, 1, at=at)

    assert max(blocked_until(edge)) - at == timedelta(hours=1)


def test_another_network_is_not_blocked_with_the_first(edge, asked):
    fail(edge, asked, 5)

    assert edge.act(come_in, **asked | {"network": AWAY})


def test_an_unknown_name_is_counted_and_blocked_like_a_known_one(edge, asked):
    known = fail(edge, asked, 7)
    unknown = fail(edge, asked, 7, login="nobody")

    assert known == unknown == [0] * 5 + [31] * 2


def test_a_good_sign_in_ends_the_row_of_failures(edge, asked):
    fail(edge, asked, 4)
    edge.act(come_in, **asked)

    assert fail(edge, asked, 4) == [0] * 4
    assert edge.act(come_in, **asked)


def test_failures_long_ago_do_not_count(edge, asked, make):
    """Twenty slips in as many months must not lock an account at each further one."""
    for number in range(25):
        at = make.now + timedelta(days=30 * number)
        assert fail(edge, asked, 1, at=at) == [0]

    assert blocked_until(edge) == []


def test_the_failures_of_others_block_nobody_else(edge, asked, make):
    for number in range(30):
        fail(edge, asked, 1, login=f"name {number}")

    assert edge.act(come_in, **asked)


def test_a_password_changed_between_the_two_steps_opens_nothing(edge, asked, actor, make):
    given = {key: asked[key] for key in ("login", "network", "at")}
    checked = edge.look(check_password, **asked)
    with make.kept() as session:
        session.get_one(Account, actor.account_id).password_hash = hashed("another quiet river")

    with pytest.raises(SignInRefused):
        edge.act(sign_in, **given, checked=checked)


def test_guessing_the_old_password_makes_wait_too(edge, make, actor):
    token = make.web_session(actor)
    given = {"actor": actor, "token": token, "new": "another quiet river", "at": make.now}
    for _ in range(5):
        with pytest.raises(InputRefused):
            edge.act(change_password, **given, old="not the right one")

    with pytest.raises(SignInRefused):
        edge.act(change_password, **given, old=PASSWORD)


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


def test_a_token_is_worth_nothing_after_signing_out(edge, asked, actor, make):
    token = edge.act(come_in, **asked)

    edge.act(sign_out, actor=actor, token=token, at=make.now)

    assert session_of(edge, token, make.now) is None
    assert edge.acts() == {Act.SIGNED_IN: 1, Act.SIGNED_OUT: 1}


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


def test_a_new_password_ends_every_session_and_gives_a_fresh_token(edge, asked, make, actor):
    token, elsewhere = make.web_session(actor), make.web_session(actor)
    given = {"actor": actor, "token": token, "at": make.now}

    fresh = edge.act(change_password, **given, old=PASSWORD, new="another quiet river")

    assert session_of(edge, token, make.now) is session_of(edge, elsewhere, make.now) is None
    assert session_of(edge, fresh, make.now).actor.account_id == actor.account_id
    assert edge.act(come_in, **asked | {"password": "another quiet river"})
    assert fail(edge, asked, 1, password=PASSWORD) == [0]


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("not the right one", "another quiet river", {"old": "wrong"}),
        (PASSWORD, "too short", {"new": "too_short"}),
        (PASSWORD, PASSWORD, {"new": "same"}),
    ],
)
def test_a_password_that_cannot_be_set_changes_nothing(edge, make, actor, old, new, problems):
    token = make.web_session(actor)

    with pytest.raises(InputRefused) as refused:
        edge.act(change_password, actor=actor, token=token, old=old, new=new, at=make.now)

    assert refused.value.problems == problems
    assert session_of(edge, token, make.now)


def test_finding_a_session_takes_one_query(edge, make, actor):
    token = make.web_session(actor)

    assert edge.queries(find_session, token=token, request_id=uuid4(), at=make.now) == 1
