"""A browser that is known keeps its owner's way in open, and nobody else's."""

from datetime import timedelta

import pytest

from models.vocabulary import Role
from tests.factories import PASSWORD, TODAY
from tests.services.doors import enter
from tests.services.sign_in.attempts import AWAY, HOME, fail
from welfare.errors import SignInRefused
from welfare.policies.browser import Browser
from welfare.services.sessions import list_posts


@pytest.fixture
def known(edge, make, actor, asked):
    """A browser in which this person has signed in completely before, in a member's Post."""
    make.post(actor, Role.MEMBER, make.root)
    with make.kept() as session:
        for post in list_posts(session, actor=actor, today=TODAY):
            if post.role is Role.CLINICIAN:
                post.until_day = TODAY - timedelta(days=1)
    browser = Browser(network=HOME)
    return edge.act(enter, login="noor", password=PASSWORD, browser=browser, at=make.now).known


def test_an_attack_from_everywhere_does_not_lock_the_owner_out_of_a_known_browser(
    edge, asked, make, known
):
    for number in range(25):
        fail(edge, asked, 1, network=f"203.0.113.{number}")
    assert fail(edge, asked, 1, password=PASSWORD, network=AWAY)[0] > 0

    browser = Browser(network=HOME, known=known)
    assert edge.act(enter, login="noor", password=PASSWORD, browser=browser, at=make.now)


def test_a_known_browser_has_its_own_counter(edge, make, known):
    given = {"login": "noor", "browser": Browser(known=known), "at": make.now}
    for _ in range(5):
        with pytest.raises(SignInRefused):
            edge.act(enter, **given, password="not the right one")

    with pytest.raises(SignInRefused) as refused:
        edge.act(enter, **given, password=PASSWORD)
    assert refused.value.wait_seconds == 31
    elsewhere = given | {"browser": Browser(network=AWAY)}
    assert edge.act(enter, **elsewhere, password=PASSWORD)


def test_a_browser_known_to_somebody_else_is_a_strangers(edge, asked, make, known, kept_password):
    make.actor(login="mara", password_hash=kept_password)
    for number in range(25):
        fail(edge, asked, 1, login="mara", network=f"203.0.113.{number}")

    given = {"login": "mara", "browser": Browser(network=AWAY, known=known), "at": make.now}
    with pytest.raises(SignInRefused) as refused:
        edge.act(enter, **given, password=PASSWORD)

    assert refused.value.wait_seconds > 0


def test_a_browser_is_forgotten_after_half_a_year(edge, asked, make, known):
    later = make.now + timedelta(days=181)
    for number in range(25):
        fail(edge, asked, 1, network=f"203.0.113.{number}", at=later)

    given = {"login": "noor", "browser": Browser(known=known), "at": later}
    with pytest.raises(SignInRefused) as refused:
        edge.act(enter, **given, password=PASSWORD)

    assert refused.value.wait_seconds > 0


def test_staff_are_not_known_before_the_second_factor(edge, make, actor):
    given = {"login": "noor", "browser": Browser(), "at": make.now}

    assert edge.act(enter, **given, password=PASSWORD).known == ""
