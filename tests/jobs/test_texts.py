"""Text messages: one beside each letter about an alert, and never in the way of the letter."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import vault
from models.enrolment import IDENTITY_SIZE
from models.tables.letters import Letter
from models.tables.people import Identity
from models.vocabulary import AlertStatus, LetterKind, Role
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY, PostOffice
from tests.jobs.receiver import receiving
from welfare.gateways.webhook import HttpWebhook
from welfare.jobs.herald import Channels, Herald
from welfare.jobs.loop import Loop
from welfare.services.condition import read_condition
from welfare.services.nudges import letters_waiting

SECOND = timedelta(seconds=1)
PHONE = "+00 555 0100"  # of everybody that is made


@pytest.fixture
def receiver():
    with receiving() as other:
        yield other


@pytest.fixture
def herald(watched, receiver):
    texts = Channels(texts=HttpWebhook(receiver.url))
    return Herald(watched, texts, stationery=STATIONERY, since=NOW)


@pytest.fixture
def reader(make):
    """A clinician with a telephone."""
    return make.actor(Role.CLINICIAN)


def write(make, to, kind=LetterKind.NUDGE, at=NOW, **alert):
    about = {"alert_id": make.alert(make.person(), to, **alert).id}
    with make.kept() as session:
        letter = Letter(
            kind=kind, recipient_id=to.account_id, written_at=at, next_try_at=at, **about
        )
        session.add(letter)
    return letter


def take_the_telephone_away(make, actor):
    with make.kept() as session:
        identity = session.get_one(Identity, actor.person_id)
        key = vault.key_for(session, person_id=actor.person_id)
        content = vault.opened(key, identity, "content") | {"phone": ""}
        identity.content = vault.sealed(key, identity, "content", content, size=IDENTITY_SIZE)


def test_each_letter_about_an_alert_has_one_text_message(make, reader, herald, receiver):
    write(make, reader)
    write(make, reader, LetterKind.ESCALATION)

    for seconds in range(5):
        herald.run_once(at=NOW + seconds * SECOND)

    assert sorted(each["text"] for each in receiver.told) == [
        "A message in Harbour has been passed to you",
        "You have a message in Harbour",
    ]
    assert {each["to"] for each in receiver.told} == {PHONE}
    assert {frozenset(each) for each in receiver.told} == {frozenset({"to", "text"})}


def test_it_leaves_whether_or_not_the_letter_did(make, reader, herald, receiver):
    letter = write(make, reader)
    with make.kept() as session:
        session.get_one(Letter, letter.id).sent_at = NOW

    herald.run_once(at=NOW)

    assert len(receiver.told) == 1


@pytest.mark.parametrize("status", [302, 400, 500])
def test_what_did_not_leave_is_tried_again_like_a_letter(make, reader, herald, receiver, status):
    write(make, reader)
    receiver.status = status
    for seconds in (0, 14, 15, 44, 45):
        herald.run_once(at=NOW + seconds * SECOND)
    assert len(receiver.bodies) == 3

    receiver.status = 200
    herald.run_once(at=NOW + 105 * SECOND)
    herald.run_once(at=NOW + 200 * SECOND)

    assert len(receiver.told) == 1


def test_a_colleague_without_a_telephone_holds_up_nobody(make, reader, herald, receiver):
    colleague = make.actor(Role.CLINICIAN)
    take_the_telephone_away(make, colleague)
    write(make, colleague)
    write(make, reader)

    herald.run_once(at=NOW)

    assert [each["to"] for each in receiver.told] == [PHONE]


def test_a_text_whose_number_was_taken_away_moves_on_and_an_old_one_ends(
    make, reader, herald, receiver
):
    write(make, reader)
    receiver.status = 500
    herald.run_once(at=NOW)
    take_the_telephone_away(make, reader)
    receiver.status = 200

    herald.run_once(at=NOW + 60 * SECOND)
    with make.database.reading() as session:
        text = session.scalars(select(Letter).where(Letter.kind == LetterKind.TEXT)).one()
    herald.run_once(at=NOW + timedelta(hours=2))

    assert text.tries == 2 and text.next_try_at > NOW + 60 * SECOND
    assert receiver.told == []


def test_what_somebody_has_seen_needs_no_text(make, reader, herald, receiver):
    seen = {"acknowledged_by": reader.account_id, "acknowledged_at": NOW}
    write(make, reader, status=AlertStatus.ACKNOWLEDGED, **seen)

    herald.run_once(at=NOW)

    assert receiver.told == []


def test_letters_of_the_day_before_bring_no_text(make, reader, herald, receiver):
    write(make, reader, at=NOW - timedelta(days=1))

    herald.run_once(at=NOW)

    assert receiver.told == []


def test_a_text_that_waits_is_no_letter_that_waits(
    make, reader, herald, receiver, database, worker, post_office
):
    letter = write(make, reader, next_nudge_at=NOW)
    receiver.status = 500
    herald.run_once(at=NOW)
    with make.kept() as session:
        session.get_one(Letter, letter.id).sent_at = NOW

    with database.reading() as session:
        assert session.scalars(select(Letter.kind)).all().count(LetterKind.TEXT) == 1
        assert letters_waiting(session, at=NOW + SECOND) == []
        assert read_condition(session, job="nudges", at=NOW).letters_waiting == 0
    worker(NOW + SECOND)
    assert len(post_office.letters) == 1  # the next nudge, though the text still waits


def test_a_program_that_never_answers_holds_up_no_letter(make, reader, watched, receiver):
    receiver.silent = True
    texts = Channels(texts=HttpWebhook(receiver.url))
    herald = Herald(watched, texts, stationery=STATIONERY, since=NOW)
    post_office = PostOffice()
    loop = Loop(
        watched,
        mailer=post_office,
        stationery=STATIONERY,
        programme="un-contingent",
        herald=herald,
    )
    now = datetime.now(UTC)
    write(make, reader, at=now, next_nudge_at=now + timedelta(days=9))
    thread = threading.Thread(target=loop.run)
    start = time.monotonic()
    thread.start()

    while not post_office.letters and time.monotonic() - start < 4:
        time.sleep(0.01)

    assert len(post_office.letters) == 1
    receiver.goes_on.set()
    loop.stop()
    thread.join(5)
    herald._thread.join(8)
    assert not thread.is_alive() and not herald._thread.is_alive()
