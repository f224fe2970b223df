"""The own password: changed, confirmed, and never in place of the second factor."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest

from models.session import transaction
from models.tables.accounts import SignInCounter, WebSession
from tests.factories import PASSWORD
from tests.services.doors import come_in, confirm, set_password
from tests.services.sign_in.attempts import AWAY, fail, session_of
from welfare.errors import InputRefused
from welfare.policies.browser import Browser
from welfare.policies.passwords import hashed
from welfare.services.sign_in import check_password, sign_in


def test_a_new_password_ends_every_session_and_gives_a_fresh_token(edge, asked, make, actor):
    token, elsewhere = make.web_session(actor), make.web_session(actor)
    given = {"actor": actor, "token": token, "at": make.now}

    fresh = edge.act(set_password, **given, old=PASSWORD, new="another quiet river")

    assert session_of(edge, token, make.now) is session_of(edge, elsewhere, make.now) is None
    assert session_of(edge, fresh, make.now).actor.account_id == actor.account_id
    assert edge.act(come_in, **asked | {"password": "another quiet river"})
    assert fail(edge, asked, 1, password=PASSWORD) == [0]


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        (PASSWORD, "password1234", {"new": "too_common"}),
        (PASSWORD, "adan adan 26", {"new": "has_own_name"}),
        ("not the right one", "another quiet river", {"old": "wrong"}),
        (PASSWORD, "too short", {"new": "too_short"}),
        (PASSWORD, PASSWORD, {"new": "same"}),
    ],
)
def test_a_password_that_cannot_be_set_changes_nothing(edge, make, old, new, problems):
    actor = make.actor(password_hash=hashed(PASSWORD))
    token = make.web_session(actor)

    with pytest.raises(InputRefused) as refused:
        edge.act(set_password, actor=actor, token=token, old=old, new=new, at=make.now)

    assert refused.value.problems == problems
    assert session_of(edge, token, make.now)


def test_confirming_makes_a_session_fresh_under_a_new_token(edge, make, actor):
    early = make.now - timedelta(hours=1)
    token = make.web_session(actor, fresh_at=early)

    new = edge.act(
        confirm, actor=actor, password=PASSWORD, browser=Browser(token=token), at=make.now
    )

    assert session_of(edge, token, make.now) is None
    assert session_of(edge, new, make.now).fresh_at == make.now


def test_a_wrong_password_confirms_nothing_and_is_counted(edge, make, actor):
    early = make.now - timedelta(hours=1)
    token = make.web_session(actor, fresh_at=early)
    given = {"actor": actor, "browser": Browser(token=token), "at": make.now}

    with pytest.raises(InputRefused):
        edge.act(confirm, **given, password="not the right one")

    assert session_of(edge, token, make.now).fresh_at == early
    assert {each.failures for each in edge.rows(SignInCounter)} == {1}


def test_a_password_does_not_stand_in_for_the_second_factor(edge, make, actor):
    make.app(actor)
    token = make.web_session(actor, proved_at=None)
    given = {"actor": actor, "browser": Browser(token=token), "at": make.now}

    with pytest.raises(InputRefused) as refused:
        edge.act(confirm, **given, password=PASSWORD)
    with pytest.raises(InputRefused):
        edge.act(
            set_password,
            actor=actor,
            token=token,
            old=PASSWORD,
            new="another quiet river",
            at=make.now,
        )

    assert refused.value.problems == {"password": "proof_needed"}
    assert edge.acts() == {}


def test_a_sign_in_at_the_same_moment_does_not_outlive_the_old_password(edge, make, actor):
    token = make.web_session(actor)
    given = {"login": "noor", "browser": Browser(network=AWAY), "at": make.now}
    checked = edge.look(check_password, **given, password=PASSWORD)
    new = {"actor": actor, "token": token, "old": PASSWORD, "new": "another quiet river"}

    with ThreadPoolExecutor(1) as pool:
        with transaction(edge.database) as session:
            sign_in(session, **given, checked=checked)
            session.flush()
            changing = pool.submit(edge.act, set_password, **new, at=make.now)
            wait([changing], 0.5)  # in which the change would have gone past it
        fresh = changing.result()

    (still_open,) = edge.rows(WebSession, WebSession.ended_at.is_(None))
    assert session_of(edge, fresh, make.now).session_id == still_open.id
