"""Asking to be called: it reaches a human like a critical answer, and carries no answers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from models import alerts as alert_writer
from models import vault
from models.programmes import load
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Identity, Membership, Person
from models.vocabulary import Act, AlertKind, AlertStatus, LetterKind, Role
from tests.factories import NOW
from welfare.errors import AccessDenied, InputRefused, NotOffered
from welfare.policies.lock_out import LIMITS
from welfare.services import alerts, call_requests, nudges

PROGRAMME = load("un-contingent")
NUMBER = "+00 555 0199"
LATER = {"kind": LetterKind.NUDGE, "at": NOW + timedelta(seconds=30)}


@pytest.fixture
def ask(edge, make):
    """A stranger's wish, with a number and a name to ask for."""
    root = make.root
    usual = {"unit_id": root.id, "phone": NUMBER, "called": "Sam", "programme": PROGRAMME}
    usual |= {"network": "203.0.113.5", "at": NOW}
    return lambda **given: edge.act(call_requests.ask_without_name, **{**usual, **given})


def opened(edge, alert, row, column):
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=alert.person_id)
        return vault.opened(key, row, column)


def test_a_caller_without_an_account_reaches_the_clinician_on_duty(ask, edge, make):
    clinician = make.reachable()

    alert = ask().alert

    assert alert.kind is AlertKind.CALL_REQUEST
    assert alert.status is AlertStatus.RAISED
    assert alert.owner_id == clinician.account_id
    assert alert.due_at == NOW + PROGRAMME.clocks.answer_within
    assert alert.screening_id is None
    assert [letter.recipient_id for letter in edge.rows(Letter)] == [clinician.account_id]
    assert edge.acts()[Act.CALL_ASKED] == edge.acts()[Act.ALERT_RAISED] == 1


def test_what_a_caller_left_is_sealed_and_nothing_else_is_known_of_them(ask, edge, make):
    make.reachable()

    alert = ask().alert

    left = {"items": [], "call": {"phone": NUMBER, "called": "Sam"}}
    (caller,) = edge.rows(Person, Person.id == alert.person_id)
    assert opened(edge, alert, alert, "detail") == left
    assert opened(edge, alert, caller, "facts") == {}
    assert NUMBER.encode() not in alert.detail
    assert [
        each.service_digest for each in edge.rows(Identity, Identity.person_id == caller.id)
    ] == [None]


def test_a_caller_stands_on_no_units_roster(ask, edge, make):
    make.reachable()
    before = edge.count(Membership)

    ask()

    assert edge.count(Membership) == before


def test_the_same_wish_twice_is_one_alert_and_both_are_in_the_trail(ask, edge, make):
    make.reachable()
    first = ask()

    again = ask(phone=NUMBER)

    assert again.alert.id == first.alert.id
    assert edge.count(Alert) == 1
    assert edge.acts()[Act.CALL_ASKED] == 2


def test_asking_again_tells_a_stranger_nothing_about_earlier_calls(ask, make):
    make.reachable()
    ask(at=NOW - timedelta(hours=5))

    again, fresh = ask(), ask(phone="+00 555 0123")

    assert again.by_when == fresh.by_when == NOW + PROGRAMME.clocks.answer_within


@pytest.mark.parametrize("other", [{"called": "Lea"}, {"phone": "+00 555 0123"}])
def test_another_name_or_number_is_another_caller(other, ask, make):
    make.reachable()
    first = ask()

    again = ask(**other)

    assert again.alert.id != first.alert.id
    assert again.alert.person_id != first.alert.person_id


@pytest.mark.parametrize("spelt", ["0033 6 12 34 56 78", "+33612345678", "+33 (6) 12345678"])
def test_a_number_is_the_same_however_it_is_spelt(spelt, ask, make):
    make.reachable()
    first = ask(phone="+33 6 12 34 56 78")

    assert ask(phone=spelt).alert.person_id == first.alert.person_id


def test_a_wish_after_somebody_took_the_last_one_rings_again(ask, edge, make):
    clinician = make.reachable()
    first = ask()
    edge.act(alerts.acknowledge_alert, actor=clinician, alert_id=first.alert.id, at=NOW)

    again = ask()

    assert again.alert.id != first.alert.id
    assert edge.count(Letter) == 2


def test_a_member_who_gives_another_number_is_heard_again(edge, make):
    make.reachable()
    member = make.actor(Role.MEMBER)
    given = {"actor": member, "programme": PROGRAMME, "at": NOW}
    first = edge.act(call_requests.ask_as_member, phone="", **given)

    again = edge.act(call_requests.ask_as_member, phone="+00 555 0123", **given)

    assert again.alert.id != first.alert.id
    assert opened(edge, again.alert, again.alert, "detail")["call"]["phone"] == "+00 555 0123"


def test_taps_at_the_same_moment_are_one_caller_and_one_alert(ask, edge, make):
    make.reachable()
    with ThreadPoolExecutor(4) as taps:
        asked = [tap.result() for tap in [taps.submit(ask) for _ in range(4)]]

    assert len({each.alert.id for each in asked}) == 1
    assert edge.count(Alert) == 1


def test_after_a_call_was_closed_the_same_number_can_ask_again(ask, edge, make):
    clinician = make.reachable()
    first = ask().alert
    given = {"actor": clinician, "alert_id": first.id, "at": NOW, "words": ""}
    edge.act(alerts.acknowledge_alert, actor=clinician, alert_id=first.id, at=NOW)
    edge.act(alerts.record_contact, result="reached", channel="phone", **given)
    edge.act(alerts.close_alert, outcome="supported", **given)

    again = ask()

    assert again.alert.id != first.id
    assert again.alert.person_id == first.person_id


def test_a_member_is_called_on_the_number_on_file_in_one_tap(edge, make):
    make.reachable()
    member = make.actor(Role.MEMBER)

    asked = edge.act(
        call_requests.ask_as_member, actor=member, phone="", programme=PROGRAMME, at=NOW
    )

    assert asked.alert.person_id == member.person_id
    call = opened(edge, asked.alert, asked.alert, "detail")["call"]
    assert call["phone"] == "+00 555 0100"


def test_nobody_is_given_their_own_wish_for_a_call(edge, make):
    clinician = make.reachable()
    make.post(clinician, Role.MEMBER, make.root)
    asker = replace(clinician, role=Role.MEMBER)

    with pytest.raises(NotOffered):
        edge.act(call_requests.ask_as_member, actor=asker, phone="", programme=PROGRAMME, at=NOW)


@pytest.mark.parametrize(
    ("field", "given", "reason"),
    [
        ("phone", "", "not_a_phone"),
        ("phone", "call me", "not_a_phone"),
        ("phone", "1" * 41, "too_long"),
        ("called", "x" * 61, "too_long"),
    ],
)
def test_a_call_needs_a_number_that_can_be_called(field, given, reason, ask, make):
    make.reachable()

    with pytest.raises(InputRefused) as refused:
        ask(**{field: given})

    assert refused.value.problems == {field: reason}


def test_a_unit_below_a_contingent_is_not_on_offer(ask, make):
    make.reachable()
    below = make.unit("Platoon", make.root)

    with pytest.raises(InputRefused):
        ask(unit_id=below.id)


def test_where_nobody_could_call_nothing_is_promised_and_nothing_kept(ask, edge):
    before = edge.contents()

    with pytest.raises(NotOffered):
        ask()

    assert edge.contents() == before


def test_a_flood_from_one_network_is_stopped_and_other_networks_are_heard(ask, edge, make):
    make.reachable()
    for number in range(LIMITS["calls-network"].most):
        ask(phone=f"+00 555 {number:04}")
    people = edge.count(Person)

    with pytest.raises(NotOffered):
        ask(phone="+00 555 9999")

    assert edge.count(Person) == people
    assert ask(phone="+00 555 9999", network="198.51.100.7").alert.owner_id


def test_a_flood_from_everywhere_never_closes_the_door_to_members(ask, edge, make, monkeypatch):
    make.reachable()
    member = make.actor(Role.MEMBER)
    monkeypatch.setattr(call_requests, "WAITING_MOST", 1)
    ask()

    with pytest.raises(NotOffered):
        ask(phone="+00 555 0200", network="198.51.100.7")

    asked = edge.act(
        call_requests.ask_as_member, actor=member, phone="", programme=PROGRAMME, at=NOW
    )
    assert asked.alert.owner_id


def test_the_letter_about_a_critical_answer_leaves_before_those_about_calls(ask, edge, make):
    clinician = make.reachable()
    for number in range(8):
        ask(phone=f"+00 555 {number:04}")
    alert = make.alert(make.person(), clinician)
    edge.act(alert_writer.write_letter, alert=alert, to=clinician.account_id, **LATER)

    first = edge.look(nudges.letters_waiting, at=NOW + timedelta(minutes=1))[0]

    (letter,) = edge.rows(Letter, Letter.alert_id == alert.id)
    assert first.id == letter.id


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MEMBER])
def test_a_duty_is_not_somebody_who_asks_for_a_call(role, edge, make):
    make.reachable()
    actor = make.actor(role)

    with pytest.raises(AccessDenied):
        edge.act(call_requests.ask_as_member, actor=actor, phone="", programme=PROGRAMME, at=NOW)
