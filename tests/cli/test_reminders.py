"""`welfare reminders bounced`: what the mail server hands over, and what is made of it."""

import pytest

from models import vault
from models.tables.people import Identity
from models.tables.reminders import Reminder
from tests.gateways.test_delivery_reports import report


@pytest.fixture
def letter(make):
    window = make.window(make.person().id)
    return make.reminder(window, sent_at=make.now)


def came_back(run, letter_id, **more):
    message = report(message_id=f"<{letter_id}@welfare.invalid>", **more)
    return run("reminders", "bounced", stdin=message)


def letter_now(database, letter):
    with database.reading() as session:
        return session.get_one(Reminder, letter.id)


def test_a_letter_that_came_back_is_noted_once_and_its_address_is_left_alone(run, database, letter):
    said = [came_back(run, letter.id).output for _ in range(2)]

    assert said == ["Letters that came back: 1.\n", "Letters that came back: 0.\n"]
    assert letter_now(database, letter).bounced_at is not None
    with database.reading() as session:
        key = vault.key_for(session, person_id=letter.person_id)
        content = vault.opened(key, session.get_one(Identity, letter.person_id), "content")
    assert content["refused_email"] == content["email"]


@pytest.mark.parametrize(
    "given", [{"action": "delayed"}, {"status": "4.0.0"}, {"letter_id": "nobody's"}]
)
def test_a_message_that_says_anything_else_changes_nothing(run, database, letter, given):
    done = came_back(run, **{"letter_id": letter.id} | given)

    assert (done.exit_code, done.output) == (0, "Letters that came back: 0.\n")
    assert letter_now(database, letter).bounced_at is None


@pytest.mark.parametrize("stdin", [b"", b"\xff\x00", b"Subject: hello\n\nhello"])
def test_what_is_no_report_changes_nothing(run, database, letter, stdin):
    done = run("reminders", "bounced", stdin=stdin)

    assert (done.exit_code, done.output) == (0, "Letters that came back: 0.\n")
    assert letter_now(database, letter).bounced_at is None
