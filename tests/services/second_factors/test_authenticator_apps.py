"""Authenticator apps: codes that work once, near their time, for one account."""

from datetime import timedelta

import pytest

from models.tables.accounts import WebSession
from models.tables.audit import AuditEvent
from models.tables.doors import RecoveryCode, TotpSecret
from models.vocabulary import Act, Decision
from tests.services.second_factors.codes import refused_code, set_up, shown
from welfare.errors import InputRefused, RecordNotFound, SignInRefused
from welfare.policies.browser import Browser
from welfare.policies.recovery_codes import HOW_MANY
from welfare.services.second_factors import (
    begin_app,
    confirm_app,
    list_factors,
    prove_by_code,
    read_new_secret,
    renew_codes,
)


def session_rows(edge):
    return {each.token_digest: each for each in edge.rows(WebSession)}


def test_an_app_counts_from_its_first_code_and_proves_the_session(edge, given):
    edge.act(begin_app, **given)
    before = edge.look(list_factors, actor=given["actor"], at=given["at"])
    secret = edge.look(read_new_secret, actor=given["actor"], browser=given["browser"])

    added = edge.act(confirm_app, **given, code=shown(given["at"], secret))

    after = edge.look(list_factors, actor=given["actor"], at=given["at"])
    (stored,) = edge.rows(WebSession)
    assert (len(before.apps), len(after.apps)) == (0, 1)
    assert len(set(added.codes)) == HOW_MANY == after.codes_left
    assert stored.proved_at == stored.fresh_at == given["at"]
    assert added.opened.known
    assert edge.acts() == {Act.FACTOR_ADDED: 1}


def test_a_secret_and_a_code_are_never_kept_in_the_clear(edge, given):
    edge.act(begin_app, **given)
    secret = edge.look(read_new_secret, actor=given["actor"], browser=given["browser"])
    added = edge.act(confirm_app, **given, code=shown(given["at"], secret))

    rows = "".join(line for lines in edge.contents(but=()).values() for line in lines)

    assert secret not in rows
    assert not [code for code in added.codes if code in rows or code.replace("-", "") in rows]


def test_a_wrong_first_code_changes_nothing_and_the_key_stays_for_the_next_try(edge, given):
    edge.act(begin_app, **given)
    secret = edge.look(read_new_secret, actor=given["actor"], browser=given["browser"])

    with pytest.raises(InputRefused) as refused:
        edge.act(confirm_app, **given, code="000000")

    assert refused.value.problems == {"code": "new_code"}
    assert edge.act(confirm_app, **given, code=shown(given["at"], secret))


def test_a_code_proves_the_session_under_a_new_token(edge, make, given, actor):
    make.app(actor)
    before = set(session_rows(edge))

    opened = edge.act(prove_by_code, **given, code=shown(make.now))

    (stored,) = edge.rows(WebSession)
    assert stored.proved_at == stored.fresh_at == make.now
    assert opened.token and opened.known and set(session_rows(edge)) != before
    assert edge.acts() == {Act.FACTOR_PROVED: 1}


def test_a_proof_is_not_inherited_by_another_session_of_the_same_person(edge, make, given, actor):
    make.app(actor)
    make.web_session(actor, proved_at=None)

    edge.act(prove_by_code, **given, code=shown(make.now))

    assert len([each for each in edge.rows(WebSession) if each.proved_at is None]) == 1


@pytest.mark.parametrize("typed", ["{} {}", " {}{} ", "{}{}"])
def test_spaces_in_a_code_do_not_matter(edge, make, given, actor, typed):
    make.app(actor)
    code = shown(make.now)

    assert edge.act(prove_by_code, **given, code=typed.format(code[:3], code[3:]))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_half_a_minute_wrong_does_not_matter(edge, make, given, actor, steps):
    make.app(actor)

    assert edge.act(prove_by_code, **given, code=shown(make.now, steps=steps))


@pytest.mark.parametrize("steps", [-120, -2, 2, 120])
def test_a_clock_that_is_wrong_by_more_is_told_so_and_recovery_codes_still_work(
    edge, make, actor, proved, steps
):
    make.app(actor)
    codes = edge.act(renew_codes, **proved)
    given = proved | {"browser": Browser(token=make.web_session(actor, proved_at=None))}

    assert refused_code(edge, given, shown(make.now, steps=steps)) == {"code": "code"}
    assert edge.act(prove_by_code, **given, code=codes[0])


def test_each_step_works_once_even_in_another_session(edge, make, given, actor):
    make.app(actor)
    code = shown(make.now)
    other = given | {"browser": Browser(token=make.web_session(actor, proved_at=None))}
    edge.act(prove_by_code, **given, code=code)

    assert refused_code(edge, other, code) == {"code": "code"}
    earlier = shown(make.now, steps=-1)
    assert refused_code(edge, other, earlier) == {"code": "code"}
    assert edge.act(prove_by_code, **other, code=shown(make.now, steps=1))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000"])
def test_what_is_no_code_is_refused_and_in_the_trail(edge, make, given, actor, code):
    make.app(actor)

    assert refused_code(edge, given, code) == {"code": "code"}
    (event,) = edge.rows(AuditEvent)
    assert (event.act, event.decision) == (Act.FACTOR_PROVED, Decision.REFUSED)


def test_a_code_of_somebody_elses_app_proves_nothing(edge, make, given):
    make.app(make.actor())

    assert refused_code(edge, given, shown(make.now)) == {"code": "code"}


def test_five_wrong_codes_make_wait_even_for_the_right_one(edge, make, given, actor):
    make.app(actor)
    for _ in range(5):
        refused_code(edge, given, "000000")

    with pytest.raises(SignInRefused) as refused:
        edge.act(prove_by_code, **given, code=shown(make.now))

    assert refused.value.wait_seconds == 31
    later = given | {"at": make.now + timedelta(seconds=31)}
    assert edge.act(prove_by_code, **later, code=shown(later["at"]))


def test_new_sessions_do_not_give_new_tries_without_end(edge, make, actor):
    make.app(actor)
    for number in range(10):
        token = make.web_session(actor, proved_at=None)
        given = {"actor": actor, "browser": Browser(token=token), "at": make.now}
        refused_code(edge, given, f"00000{number}")

    with pytest.raises(SignInRefused):
        edge.act(prove_by_code, **given, code=shown(make.now))


def test_somebody_with_the_password_cannot_block_the_owners_own_browser(edge, make, actor, given):
    make.app(actor)
    known = edge.act(prove_by_code, **given, code=shown(make.now)).known
    for number in range(10):
        thief = {"browser": Browser(token=make.web_session(actor, proved_at=None))}
        refused_code(edge, given | thief, f"00000{number}")

    token = make.web_session(actor, proved_at=None)
    owner = given | {"browser": Browser(token=token, known=known)}

    assert edge.act(prove_by_code, **owner, code=shown(make.now, steps=1))


def test_a_new_phone_replaces_the_old_one_and_keeps_the_codes(edge, make, proved, actor):
    make.app(actor)
    with make.kept() as session:
        session.add(RecoveryCode(account_id=actor.account_id, digest=bytes(32), made_at=make.now))

    added = set_up(edge, proved)

    assert added.codes == []
    assert edge.count(TotpSecret) == 1
    given = proved | {"browser": Browser(token=added.opened.token)}
    assert refused_code(edge, given, shown(make.now)) == {"code": "code"}


def test_there_is_no_key_to_read_before_one_was_asked_for(edge, proved):
    with pytest.raises(RecordNotFound):
        edge.look(read_new_secret, actor=proved["actor"], browser=proved["browser"])
