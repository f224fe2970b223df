"""An actor acts in one Post: one role, in one unit and all below it."""

import pytest

from models.vocabulary import Role
from welfare.policies.actor import NOBODY, Actor, Machine, console


@pytest.mark.parametrize(
    ("own", "path", "expected"),
    [
        ("0001", "0001", True),
        ("0001", "00010003", True),
        ("00010001", "0001", False),
        ("00010001", "00010010", False),
        ("0001", "0002", False),
        ("", "0001", False),
    ],
)
def test_an_actor_leads_to_the_own_unit_and_all_below(own, path, expected):
    actor = Actor(NOBODY, NOBODY, Role.COMMANDER, own)
    first, behind = actor.path_range

    assert actor.leads_to(path) is expected
    assert (first <= path < behind) is expected


def test_a_machine_has_neither_account_nor_role():
    machine = Machine()

    assert (machine.account_id, machine.role) == (None, None)


def test_every_request_signs_with_its_own_id():
    assert console("0001").request_id != console("0001").request_id
