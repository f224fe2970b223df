"""What a link opens: one window, and nothing of what its person could do otherwise."""

from dataclasses import replace
from uuid import uuid4

import pytest

from models.tables.screenings import Window
from models.vocabulary import Role
from welfare.policies.access import BY_LINK, allows, may_ever
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.rules import Answered

# Whoever came by a link: permission, the rule's name. What is not here is refused to them.
BY_A_LINK = {
    "call.ask": "own record",
    "receipt.read": "the window of the link",
    "screening.answer": "the window of the link",
}
ME, OTHER = uuid4(), uuid4()


def acting(role):
    return Actor(account_id=ME, person_id=ME, role=role, unit_path="0001")


def test_the_table_for_links_says_what_people_have_read():
    assert {permission.value: rule.name for permission, rule in BY_LINK.items()} == BY_A_LINK


@pytest.mark.parametrize("role", Role)
def test_a_link_opens_its_window_and_nothing_else_whatever_the_role(role):
    window, linked = uuid4(), acting(role)
    linked = replace(linked, window_id=window)
    may = {permission.value for permission in Permission if may_ever(linked, permission)}

    assert may == set(BY_A_LINK)
    for permission in (Permission.SCREENING_ANSWER, Permission.RECEIPT_READ):
        assert allows(linked, permission, Window(id=window, person_id=ME))
        assert not allows(linked, permission, Window(id=uuid4(), person_id=ME))
        assert not allows(linked, permission, Window(id=window, person_id=OTHER))
        assert not allows(linked, permission, Answered(None, ME))


def test_a_link_gives_nothing_where_the_post_is_over():
    nobody = replace(acting(None), window_id=uuid4())

    assert not any(may_ever(nobody, permission) for permission in Permission)
