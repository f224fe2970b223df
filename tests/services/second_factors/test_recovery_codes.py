"""Recovery codes on paper: each works once, and a new set replaces the old one."""

import pytest

from models.tables.doors import RecoveryCode
from models.vocabulary import Role
from tests.services.second_factors.codes import refused_code, set_up
from welfare.errors import InputRefused
from welfare.policies.browser import Browser
from welfare.policies.recovery_codes import HOW_MANY
from welfare.services.second_factors import (
    list_factors,
    prove_by_code,
    renew_codes,
)


def test_a_recovery_code_works_once_and_is_counted_down(edge, make, proved, actor):
    codes = set_up(edge, proved).codes
    first = {"browser": Browser(token=make.web_session(actor, proved_at=None))}
    second = {"browser": Browser(token=make.web_session(actor, proved_at=None))}

    edge.act(prove_by_code, **proved | first, code=codes[3].upper().replace("-", " "))

    assert refused_code(edge, proved | second, codes[3]) == {"code": "code"}
    left = edge.look(list_factors, actor=actor, at=make.now).codes_left
    assert left == HOW_MANY - 1


def test_recovery_codes_hold_at_least_64_bits_and_belong_to_one_account(edge, make, proved):
    codes = set_up(edge, proved).codes
    other = make.actor(Role.CLINICIAN)
    theirs = {"actor": other, "browser": Browser(token=make.web_session(other, proved_at=None))}

    assert {len(code.replace("-", "")) for code in codes} == {15}  # of 31 letters: 74 bits
    assert refused_code(edge, proved | theirs, codes[0]) == {"code": "code"}


def test_a_new_set_of_codes_replaces_the_old_one(edge, make, proved, actor):
    added = set_up(edge, proved)
    given = proved | {"browser": Browser(token=added.opened.token)}

    new = edge.act(renew_codes, **given)

    assert not set(new) & set(added.codes)
    assert edge.count(RecoveryCode) == HOW_MANY
    assert refused_code(edge, given, added.codes[0]) == {"code": "code"}
    assert edge.act(prove_by_code, **given, code=new[0])


def test_codes_without_a_factor_are_not_made(edge, proved):
    with pytest.raises(InputRefused):
        edge.act(renew_codes, **proved)

    assert edge.count(RecoveryCode) == 0
