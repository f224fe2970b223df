"""The reminder job: one letter for each day of a window, sent once, never before an alert's."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from models import vault
from models.erasure import erase
from models.tables.people import Identity
from models.tables.reminders import Reminder, WindowLink
from models.vocabulary import Act
from tests.factories import NOW, TODAY
from tests.jobs.post_office import STATIONERY, Struck
from tests.services.edge import Edge
from welfare.gateways.letters import Stationery, letter_id_in
from welfare.gateways.mail import MailRefused
from welfare.jobs import reminders
from welfare.jobs.loop import Loop
from welfare.jobs.reminders import LEASE, LETTERS_AT_ONCE, REST, Walk
from welfare.policies.actor import Machine
from welfare.policies.window_links import id_in

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def edge(watched):
    return Edge(watched)


@pytest.fixture
def worker(watched, post_office):
    """Rounds of one worker; a successor has another name and remembers nothing."""
    me, walks = uuid4(), {}

    def work(at=NOW, holder=me, stationery=STATIONERY, **more):
        return reminders.run(
            watched,
            mailer=post_office,
            stationery=stationery,
            walk=walks.setdefault(holder, Walk()),
            holder=holder,
            at=at,
            **more,
        )

    return work


def somebody(make, **facts):
    return make.window(make.person(**facts).id, opens_on=TODAY)


def address_of(make, person_id):
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=person_id)
        return vault.opened(key, session.get_one(Identity, person_id), "content")["email"]


def test_a_letter_is_written_sent_once_and_noted(make, edge, worker, post_office):
    window = somebody(make)

    for minutes in range(0, 60, 10):
        worker(NOW + minutes * MINUTE)

    (letter,), (row,) = post_office.letters, edge.rows(Reminder)
    assert letter.to == address_of(make, window.person_id)
    assert letter_id_in(letter.message_id) == row.id
    assert (row.sent_at, row.bounced_at, row.opened_at, row.tries) == (NOW, None, None, 1)


def test_over_a_month_a_person_gets_the_letters_of_the_schedule_and_no_more(
    make, edge, worker, post_office
):
    somebody(make)

    for hours in range(0, 24 * 30, 12):
        worker(NOW + timedelta(hours=hours))

    assert [each.day for each in edge.rows(Reminder)] == [0, 3, 7, 14]
    assert len({each.message_id for each in post_office.letters}) == 4


def test_the_letter_carries_its_own_link_and_says_nothing_else(make, edge, worker, post_office):
    window = somebody(make)

    worker()

    (letter,) = post_office.letters
    token = letter.body.split("/en/message/")[1].split()[0]
    assert id_in(edge.database.keys, token) == edge.rows(Reminder)[0].link_id
    said = f"{letter.subject} {letter.body}".replace(token, "").lower()
    names = ("marrow", "adan", str(window.person_id), "river", "mission", "screening", "mental")
    assert [word for word in names if word in said] == []


def test_a_letter_is_in_the_readers_language_where_the_site_offers_it(make, worker, post_office):
    french = {"You have a message in {site}": "Vous avez un message dans {site}"}
    stationery = Stationery(
        "Harbour",
        "https://harbour.example/",
        translate=str,
        languages={"en": str, "fr": lambda text: french.get(text, text)},
    )
    for language in ("fr", "ar", "en"):
        somebody(make, language=language)

    worker(stationery=stationery)

    said = sorted((each.subject, "/fr/message/" in each.body) for each in post_office.letters)
    english = ("You have a message in Harbour", False)
    assert said == [("Vous avez un message dans Harbour", True), english, english]


def send_all(database, post_office):
    while (letter := reminders._taken(database, NOW)) is not None:
        reminders._send(database, post_office, STATIONERY, letter, NOW)


def test_two_workers_at_once_write_and_send_one_letter_each_window(
    make, edge, watched, post_office
):
    for _ in range(20):
        somebody(make)
    start = threading.Barrier(2)

    def write():
        start.wait()
        reminders._write(watched, Walk(), NOW)
        send_all(watched, post_office)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    write_again = reminders._write(watched, Walk(), NOW)

    assert write_again == 0
    assert edge.count(Reminder) == 20
    assert len({each.message_id for each in post_office.letters}) == 20 == len(post_office.letters)


def test_a_crash_after_sending_repeats_the_letter_once_under_the_same_id(
    make, edge, worker, post_office
):
    somebody(make)
    post_office.dies_after_sending = True
    with pytest.raises(Struck):
        worker(NOW)
    post_office.dies_after_sending = False

    successor = uuid4()
    for minutes in range(1, 30):
        worker(NOW + minutes * MINUTE, holder=successor)

    assert len(post_office.letters) == 2
    assert len({each.message_id for each in post_office.letters}) == 1
    assert edge.rows(Reminder)[0].sent_at is not None


def test_a_dead_mail_server_is_asked_once_a_round(make, edge, worker, post_office):
    for _ in range(3):
        somebody(make)
    post_office.is_open = False
    worker(NOW)
    tried = len(post_office.tried)

    post_office.is_open = True
    for minutes in range(1, 5):
        worker(NOW + minutes * MINUTE)

    assert tried == 1
    assert len({each.message_id for each in post_office.letters}) == 3 == len(post_office.letters)
    assert all(each.sent_at for each in edge.rows(Reminder))


def test_a_letter_that_did_not_leave_is_tried_again_after_a_wait_that_doubles(
    make, edge, worker, post_office
):
    somebody(make)
    post_office.is_open = False

    waits, at = [], NOW
    for _ in range(11):
        worker(at)
        (row,) = edge.rows(Reminder)
        waits.append((row.next_try_at - at) / MINUTE)
        worker(row.next_try_at - SECOND)
        at = row.next_try_at

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert len(post_office.tried) == 11
    assert len({each.message_id for each in post_office.tried}) == 1


def test_an_address_that_refuses_letters_for_good_gets_no_more_of_them(
    make, edge, worker, post_office, monkeypatch
):
    window = somebody(make)

    def refuse(letter):
        post_office.tried.append(letter)
        raise MailRefused("no such user")

    monkeypatch.setattr(post_office, "send", refuse)
    for hours in range(0, 24 * 20, 12):
        worker(NOW + timedelta(hours=hours))

    (row,) = edge.rows(Reminder)
    assert (row.bounced_at, row.sent_at) == (NOW, None)
    assert len(post_office.tried) == 1
    assert edge.acts()[Act.REMINDER_BOUNCED] == 1
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=window.person_id)
        content = vault.opened(key, session.get_one(Identity, window.person_id), "content")
    assert content["refused_email"] == content["email"]


def test_a_round_sends_a_few_letters_and_the_next_ones_the_rest(make, worker, post_office):
    many = 2 * LETTERS_AT_ONCE + 1
    for _ in range(many):
        somebody(make)

    left = [worker(NOW) for _ in range(4)]

    assert left == [many + LETTERS_AT_ONCE, LETTERS_AT_ONCE, 1, 0]
    assert len({each.message_id for each in post_office.letters}) == many


def test_a_round_stops_when_something_more_urgent_waits(make, worker, post_office):
    for _ in range(4):
        somebody(make)

    worker(NOW, may_go_on=lambda: False)

    assert len(post_office.letters) == 1


def test_the_letter_of_an_alert_leaves_before_all_reminders(make, watched, clinician, post_office):
    for _ in range(3):
        somebody(make)
    alert = make.alert(make.person(), clinician, next_nudge_at=NOW)
    loop = Loop(watched, mailer=post_office, stationery=STATIONERY, programme="un-contingent")

    loop.run_once(at=NOW)

    assert post_office.letters[0].to == address_of(make, clinician.person_id)
    assert len(post_office.letters) == 4
    assert alert.owner_id == clinician.account_id


def test_a_second_worker_rests_while_the_first_has_the_lease(make, worker, post_office):
    worker(NOW)
    somebody(make)

    assert worker(NOW + LEASE - SECOND, holder=uuid4()) == 0
    assert worker(NOW + 2 * LEASE, holder=uuid4()) == 2


def test_between_two_walks_over_the_windows_a_worker_rests(make, edge, worker):
    worker(NOW)
    somebody(make)

    assert worker(NOW + REST - SECOND) == 0
    assert worker(NOW + REST) == 2


def test_a_walk_goes_on_where_the_last_round_left_it(make, edge, worker, monkeypatch):
    monkeypatch.setattr("welfare.services.reminder_letters.BATCH", 2)
    for _ in range(13):
        somebody(make)

    for _ in range(2):
        worker(NOW)

    with edge.database.reading() as session:
        assert len(session.scalars(select(Reminder.window_id)).all()) == 13


def test_letters_about_somebody_who_was_erased_do_not_leave(make, edge, worker, post_office):
    window = somebody(make)
    post_office.is_open = False
    worker(NOW)
    post_office.is_open = True
    given = {"person_id": window.person_id, "erased_at": NOW, "erased_by": None, "at": NOW}
    edge.act(erase, by=Machine(), **given)

    for days in range(20):
        worker(NOW + days * DAY)

    assert post_office.letters == []
    assert edge.count(Reminder) == 0 == edge.count(WindowLink)
