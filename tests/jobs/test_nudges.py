"""Nudging: again and again until a human has seen it, then to the clinic lead."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import vault
from models.session import transaction
from models.tables.accounts import Account
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Identity, Person
from models.vocabulary import Act, AlertStatus, LetterKind, Role
from tests.factories import NOW
from welfare.services import alerts as alert_service
from welfare.services.nudges import LETTERS_AT_ONCE

EVERY = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


def alert_now(database, alert):
    with database.reading() as session:
        return session.get_one(Alert, alert.id)


def letters(database):
    with database.reading() as session:
        return session.scalars(select(Letter).order_by(Letter.written_at, Letter.id)).all()


def address_of(database, actor):
    with database.reading() as session:
        key = vault.key_for(session, person_id=actor.person_id)
        return vault.opened(key, session.get_one(Identity, actor.person_id), "content")["email"]


def rounds(worker, until, start=NOW, step=timedelta(minutes=10)):
    at = start
    while at <= until:
        worker(at)
        at += step


def test_an_alert_is_nudged_again_every_half_hour(database, make, worker, post_office, clinician):
    alert = make.alert(make.person(), clinician, next_nudge_at=NOW + EVERY)

    sent = []
    for minutes in (0, 29, 30, 31, 59, 60, 61):
        worker(NOW + timedelta(minutes=minutes))
        sent.append(len(post_office.letters))

    assert sent == [0, 0, 1, 1, 1, 2, 2]
    assert {letter.to for letter in post_office.letters} == {address_of(database, clinician)}
    assert alert_now(database, alert).nudges == 3


def test_nobody_is_nudged_once_the_alert_is_acknowledged(
    database, make, worker, post_office, clinician
):
    alert = make.alert(make.person(), clinician, next_nudge_at=NOW)
    worker(NOW)
    with transaction(database) as session:
        alert_service.acknowledge_alert(session, actor=clinician, alert_id=alert.id, at=NOW)

    rounds(worker, NOW + timedelta(hours=6), start=NOW + SECOND)

    assert len(post_office.letters) == 1


def test_historic_alerts_are_never_nudged(make, worker, post_office, clinician):
    make.alert(
        make.person(), None, status=AlertStatus.HISTORIC, due_at=None, next_nudge_at=None, nudges=0
    )

    rounds(worker, NOW + timedelta(hours=6))

    assert post_office.letters == []


def test_after_three_nudges_the_lead_owns_the_alert_and_the_former_owner_covers(
    database, make, worker, post_office, clinician
):
    lead = make.actor(Role.CLINIC_LEAD)
    alert = make.alert(make.person(), clinician, nudges=1, next_nudge_at=NOW)

    rounds(worker, NOW + 2 * EVERY)

    moved = alert_now(database, alert)
    assert (moved.owner_id, moved.cover_id) == (lead.account_id, clinician.account_id)
    assert moved.escalated_at == NOW + 2 * EVERY
    assert [letter.kind for letter in letters(database)] == [
        LetterKind.NUDGE,
        LetterKind.NUDGE,
        LetterKind.ESCALATION,
    ]
    assert post_office.letters[-1].to == address_of(database, lead)
    with database.reading() as session:
        acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.at, AuditEvent.id)).all()
    assert acts == [Act.ALERT_NUDGED, Act.ALERT_NUDGED, Act.ALERT_ESCALATED]


def test_the_lead_is_nudged_on_until_it_is_acknowledged(
    database, make, worker, post_office, clinician
):
    lead = make.actor(Role.CLINIC_LEAD)
    alert = make.alert(make.person(), clinician, nudges=3, next_nudge_at=NOW)

    rounds(worker, NOW + 6 * EVERY)

    assert len(post_office.letters) == 7
    assert {letter.to for letter in post_office.letters} == {address_of(database, lead)}
    assert alert_now(database, alert).owner_id == lead.account_id


def test_a_lead_who_owns_the_alert_already_is_nudged_on(database, make, worker, post_office):
    lead = make.actor(Role.CLINIC_LEAD)
    alert = make.alert(make.person(), lead, nudges=3, next_nudge_at=NOW)

    rounds(worker, NOW + 2 * EVERY)

    after = alert_now(database, alert)
    assert (after.owner_id, after.cover_id, after.escalated_at) == (lead.account_id, None, None)
    assert len(post_office.letters) == 3


def test_without_a_lead_the_alert_goes_to_whoever_is_on_duty_by_then(
    database, make, worker, post_office, clinician
):
    before = make.actor(Role.CLINICIAN)
    alert = make.alert(make.person(), before, nudges=3, next_nudge_at=NOW)

    worker(NOW)

    after = alert_now(database, alert)
    assert (after.owner_id, after.cover_id) == (clinician.account_id, before.account_id)
    assert post_office.letters[0].to == address_of(database, clinician)


@pytest.mark.parametrize("status", [AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED])
def test_an_alert_whose_owner_has_left_finds_another_at_once(
    database, make, worker, post_office, clinician, status
):
    gone = make.actor(Role.CLINICIAN)
    seen = {"acknowledged_at": NOW, "acknowledged_by": gone.account_id, "next_nudge_at": None}
    given = seen if status is AlertStatus.ACKNOWLEDGED else {"next_nudge_at": NOW + EVERY}
    alert = make.alert(make.person(), gone, status=status, **given)
    with make.kept() as session:
        session.get_one(Account, gone.account_id).disabled_at = NOW

    worker(NOW)

    after = alert_now(database, alert)
    assert (after.status, after.owner_id) == (AlertStatus.RAISED, clinician.account_id)
    assert [letter.to for letter in post_office.letters] == [address_of(database, clinician)]


def test_nobody_is_asked_to_see_to_their_own_alert(database, make, worker, post_office, clinician):
    lead = make.actor(Role.CLINIC_LEAD)
    with database.reading() as session:
        themselves = session.get_one(Person, clinician.person_id)
    alert = make.alert(themselves, None, nudges=0, next_nudge_at=NOW)

    worker(NOW)

    assert alert_now(database, alert).owner_id == lead.account_id
    assert [letter.to for letter in post_office.letters] == [address_of(database, lead)]


def test_without_anybody_else_the_owner_is_nudged_on(database, make, worker, post_office):
    owner = make.actor(Role.CLINICIAN)
    alert = make.alert(make.person(), owner, nudges=3, next_nudge_at=NOW)

    rounds(worker, NOW + 2 * EVERY)

    assert alert_now(database, alert).owner_id == owner.account_id
    assert len(post_office.letters) == 3


def test_an_alert_without_owner_gets_one_as_soon_as_somebody_is_on_duty(
    database, make, worker, post_office
):
    alert = make.alert(make.person(), None, nudges=0, next_nudge_at=NOW)
    worker(NOW)
    assert alert_now(database, alert).owner_id is None
    assert post_office.letters == []
    on_duty = make.actor(Role.CLINICIAN)
    make.duty(on_duty, make.root)

    worker(NOW + 10 * SECOND)

    assert alert_now(database, alert).owner_id == on_duty.account_id
    assert [letter.to for letter in post_office.letters] == [address_of(database, on_duty)]


def test_alerts_without_anybody_hold_up_no_other(database, make, worker, post_office, clinician):
    nobodys = make.unit("Another contingent")
    for _ in range(2):
        make.alert(make.person(nobodys), None, due_at=NOW - EVERY, nudges=0, next_nudge_at=NOW)
    make.alert(make.person(), clinician, next_nudge_at=NOW)

    worker(NOW)

    assert [letter.to for letter in post_office.letters] == [address_of(database, clinician)]


def test_a_letter_names_nobody_and_nothing(database, make, worker, post_office, clinician):
    person = make.person()
    alert = make.alert(person, clinician, next_nudge_at=NOW)

    worker(NOW)

    (letter,) = post_office.letters
    text = f"{letter.subject} {letter.body} {letter.message_id}".lower()
    with database.reading() as session:
        identity = session.get_one(Identity, person.id)
        who = vault.opened(vault.key_for(session, person_id=person.id), identity, "content")
    told = [*who.values(), str(person.id), person.id.hex, str(alert.id), "phq", "suicid", "alert"]
    assert [word for word in told if word.lower() in text] == []


def test_a_round_sends_a_few_letters_and_the_next_ones_the_rest(
    make, worker, post_office, clinician
):
    many = 2 * LETTERS_AT_ONCE + 1
    for _ in range(many):
        make.alert(make.person(), clinician, next_nudge_at=NOW)

    left = [worker(NOW) for _ in range(4)]

    assert left == [LETTERS_AT_ONCE, LETTERS_AT_ONCE, 1, 0]
    assert len({letter.message_id for letter in post_office.letters}) == many


def test_a_dead_mail_server_does_not_end_in_a_pile_of_letters(
    database, make, worker, post_office, clinician
):
    make.alert(make.person(), clinician, next_nudge_at=NOW)
    post_office.is_open = False

    rounds(worker, NOW + 5 * EVERY)

    assert len(letters(database)) == 1
    post_office.is_open = True
    worker(NOW + 6 * EVERY)
    assert len(post_office.letters) == 1


def test_a_letter_that_waits_is_not_sent_once_the_alert_is_acknowledged(
    database, make, worker, post_office, clinician
):
    alert = make.alert(make.person(), clinician, next_nudge_at=NOW)
    post_office.is_open = False
    worker(NOW)
    with transaction(database) as session:
        alert_service.acknowledge_alert(session, actor=clinician, alert_id=alert.id, at=NOW)
    post_office.is_open = True

    rounds(worker, NOW + EVERY)

    assert post_office.letters == []
