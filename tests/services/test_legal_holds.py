"""A legal hold: placed once with a sealed reason, lifted once, at the console alone."""

import pytest

from models import vault
from models.tables.lifecycle import LegalHold
from models.tables.people import PersonKey
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.services.legal_holds import lift_hold, place_hold


@pytest.fixture
def asked(make):
    return {
        "actor": console(make.root.path),
        "person_id": make.person().id,
        "at": make.now,
    }


def test_a_hold_keeps_its_reason_sealed_and_is_in_the_trail(edge, asked):
    edge.act(place_hold, **asked, reason=" A court asks. ")

    (hold,) = edge.rows(LegalHold)
    assert (hold.placed_at, hold.lifted_at) == (asked["at"], None)
    assert b"court" not in hold.reason
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=asked["person_id"])
        assert vault.opened(key, hold, "reason") == "A court asks."
    assert edge.acts() == {Act.HOLD_PLACED: 1}


def test_a_hold_is_lifted_once_and_another_may_follow(edge, asked):
    edge.act(place_hold, **asked, reason="One.")
    with pytest.raises(MoveNotAllowed):
        edge.act(place_hold, **asked, reason="Two.")

    edge.act(lift_hold, **asked)

    with pytest.raises(MoveNotAllowed):
        edge.act(lift_hold, **asked)
    edge.act(place_hold, **asked, reason="Three.")
    assert [hold.lifted_at is None for hold in edge.rows(LegalHold)] == [False, True]
    assert edge.acts() == {Act.HOLD_PLACED: 2, Act.HOLD_LIFTED: 1}


@pytest.mark.parametrize(("reason", "code"), [("  ", "needed"), ("x" * 401, "too_long")])
def test_a_hold_needs_a_short_reason(edge, asked, reason, code):
    with pytest.raises(InputRefused) as refused:
        edge.act(place_hold, **asked, reason=reason)

    assert refused.value.problems == {"reason": code}
    assert edge.count(LegalHold) == 0


@pytest.mark.parametrize("service", [place_hold, lift_hold])
def test_holds_are_for_the_console_of_the_contingent_alone(edge, make, asked, service):
    words = {"reason": "A court asks."} if service is place_hold else {}
    for actor in (make.actor(Role.ADMINISTRATOR), make.actor(Role.CLINIC_LEAD), console("0009")):
        with pytest.raises(AccessDenied):
            edge.act(service, **asked | {"actor": actor}, **words)


def test_somebody_erased_or_unknown_has_no_hold(edge, make, asked):
    with make.kept() as session:
        session.delete(session.get_one(PersonKey, asked["person_id"]))

    with pytest.raises(RecordNotFound):
        edge.act(place_hold, **asked, reason="A court asks.")
