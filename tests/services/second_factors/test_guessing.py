"""Codes that are guessed: however many sessions and browsers, the account has few tries."""

import pytest

from models.tables.accounts import SignInCounter
from models.tables.doors import KnownDevice
from tests.factories import PASSWORD
from tests.services.doors import enter
from tests.services.second_factors.codes import refused_code, set_up, shown
from welfare.errors import SignInRefused
from welfare.policies import known_devices
from welfare.policies.browser import Browser
from welfare.policies.lock_out import LIMITS
from welfare.policies.passwords import hashed
from welfare.services.second_factors import prove_by_code


@pytest.fixture
def member(make, quick_hashing):
    return make.actor(login="mara", password_hash=hashed(PASSWORD))


@pytest.fixture
def by_password(edge, make, member):
    def sign_in(**browser):
        opened = edge.act(
            enter, login="mara", password=PASSWORD, browser=Browser(**browser), at=make.now
        )
        known = opened.known or browser.get("known", "")
        session = Browser(token=opened.token, known=known)
        return {"actor": member, "browser": session, "at": make.now}

    return sign_in


def test_signing_in_anew_gives_no_more_tries_at_the_second_factor(edge, make, member, by_password):
    make.app(member)
    for number in range(LIMITS["factor-account"].most):
        refused_code(edge, by_password(), f"00000{number}")

    with pytest.raises(SignInRefused):
        edge.act(prove_by_code, **by_password(), code=shown(make.now))

    assert edge.count(KnownDevice) == 0


def test_a_browser_is_known_once_the_second_factor_was_shown(edge, make, member, by_password):
    make.app(member)
    given = by_password()

    opened = edge.act(prove_by_code, **given, code=shown(make.now))

    assert given["browser"].known == "" and opened.known


def test_what_the_password_alone_made_known_is_forgotten_with_the_first_factor(
    edge, make, by_password
):
    elsewhere, here = by_password(), by_password()

    opened = set_up(edge, here).opened

    (kept,) = edge.rows(KnownDevice)
    assert kept.token_digest == known_devices.digest(opened.known)
    assert elsewhere["browser"].known != opened.known == here["browser"].known


def test_wrong_codes_of_a_known_browser_count_for_the_account_too(edge, make, member, by_password):
    make.app(member)
    known = edge.act(prove_by_code, **by_password(), code=shown(make.now)).known
    for number in range(LIMITS["factor-account"].most - 1):
        refused_code(edge, by_password(), f"00000{number}")

    refused_code(edge, by_password(known=known), "999999")

    with pytest.raises(SignInRefused):
        edge.act(prove_by_code, **by_password(), code=shown(make.now, steps=1))
    assert edge.act(prove_by_code, **by_password(known=known), code=shown(make.now, steps=1))
    assert max(each.failures for each in edge.rows(SignInCounter)) == LIMITS["factor-account"].most


def test_an_account_knows_its_newest_browsers_only(edge, by_password):
    known = [by_password()["browser"].known for _ in range(known_devices.MOST + 2)]

    kept = {each.token_digest for each in edge.rows(KnownDevice)}

    assert len(kept) == known_devices.MOST
    assert known_devices.digest(known[-1]) in kept
