"""Letters leave once; one that could not leave is tried again; no worker doubles another's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from models.session import transaction
from models.tables.letters import JobLease, Letter
from models.tables.people import Identity, PersonKey
from models.vocabulary import LetterKind, Role
from tests.factories import NOW
from tests.jobs.post_office import Struck
from welfare.jobs import nudges
from welfare.jobs.nudges import LEASE
from welfare.jobs.turns import give_back
from welfare.services import leases

SECOND = timedelta(seconds=1)


@pytest.fixture
def letter(make, clinician):
    """A letter that waits, about an alert that will not be nudged again for a while."""
    return write(make, clinician)


def write(make, to, at=NOW):
    alert = make.alert(make.person(), to, next_nudge_at=NOW + timedelta(days=9))
    with make.kept() as session:
        waiting = Letter(
            kind=LetterKind.NUDGE,
            recipient_id=to.account_id,
            alert_id=alert.id,
            written_at=at,
            next_try_at=at,
        )
        session.add(waiting)
    return waiting


def kept(database, letter):
    with database.reading() as session:
        return session.get_one(Letter, letter.id)


def test_a_letter_leaves_exactly_once(database, letter, worker, post_office):
    counts = [worker(NOW + number * SECOND) for number in range(4)]

    assert counts == [1, 0, 0, 0]
    assert [each.message_id for each in post_office.letters] == [f"<{letter.id}@welfare.invalid>"]
    after = kept(database, letter)
    assert (after.sent_at, after.tries) == (NOW, 1)


def test_a_letter_is_not_sent_before_its_time(make, clinician, worker, post_office):
    write(make, clinician, at=NOW + 5 * SECOND)

    assert worker(NOW + 4 * SECOND) == 0
    assert worker(NOW + 5 * SECOND) == 1


def test_a_letter_that_did_not_leave_is_tried_again_after_a_wait_that_doubles(
    database, letter, worker, post_office
):
    post_office.is_open = False

    waits, at = [], NOW
    for _ in range(8):
        assert worker(at) == 0
        next_try = kept(database, letter).next_try_at
        waits.append((next_try - at).total_seconds())
        assert worker(next_try - SECOND) == 0
        at = next_try

    assert waits == [15, 30, 60, 120, 240, 480, 600, 600]
    assert len(post_office.tried) == 8
    post_office.is_open = True
    assert worker(at) == 1
    assert len({each.message_id for each in post_office.tried}) == 1
    assert kept(database, letter).tries == 9


def test_a_crash_after_sending_repeats_the_letter_once_under_the_same_id(
    database, letter, worker, post_office
):
    post_office.dies_after_sending = True
    with pytest.raises(Struck):
        worker(NOW)
    post_office.dies_after_sending = False

    successor = uuid4()
    for minutes in range(10):
        worker(NOW + timedelta(minutes=minutes), holder=successor)

    assert len(post_office.letters) == 2
    assert len({each.message_id for each in post_office.letters}) == 1
    assert kept(database, letter).sent_at is not None


def test_one_letter_that_cannot_be_sent_holds_up_no_other(
    database, make, clinician, worker, post_office
):
    """No address, an erased recipient, a damaged identity: the fourth letter still leaves."""
    others = [make.actor(Role.CLINICIAN) for _ in range(2)]
    for actor in (*others, clinician):
        write(make, actor)
    with make.kept() as session:
        session.execute(delete(PersonKey).where(PersonKey.person_id == others[0].person_id))
        damaged = session.get_one(Identity, others[1].person_id)
        stray = session.get_one(Identity, clinician.person_id).content
        session.execute(
            update(Identity).where(Identity.person_id == damaged.person_id).values(content=stray)
        )

    worker(NOW)

    sent = {each.to for each in post_office.letters}
    assert len(sent - {""}) == 1
    with database.reading() as session:
        done = session.scalars(select(Letter.recipient_id).where(Letter.sent_at.is_not(None))).all()
    assert clinician.account_id in done


def test_a_second_worker_does_nothing_while_the_first_holds_the_lease(
    letter, make, clinician, worker, post_office
):
    worker(NOW)
    write(make, clinician)

    assert worker(NOW + LEASE - SECOND, holder=uuid4()) == 0
    assert worker(NOW + LEASE - SECOND) == 1


def test_the_lease_of_a_crashed_worker_runs_out(letter, make, clinician, worker, post_office):
    worker(NOW)
    write(make, clinician)

    assert worker(NOW + LEASE, holder=uuid4()) == 1


def test_a_worker_that_stops_gives_its_lease_back(
    watched, letter, make, clinician, worker, post_office
):
    mine, other = uuid4(), uuid4()
    worker(NOW, holder=mine)
    write(make, clinician)

    give_back(watched, name=nudges.NAME, holder=other, at=NOW)
    assert worker(NOW, holder=other) == 0
    give_back(watched, name=nudges.NAME, holder=mine, at=NOW)
    assert worker(NOW, holder=other) == 1


def take(database, holder, at, name="nudges"):
    with transaction(database) as session:
        return leases.take_lease(session, name=name, holder=holder, span=LEASE, at=at)


def test_a_holder_keeps_the_lease_by_taking_it_again(database):
    mine, other = uuid4(), uuid4()
    assert take(database, mine, NOW)

    assert take(database, mine, NOW + LEASE - SECOND)

    assert not take(database, other, NOW + LEASE)
    assert take(database, other, NOW + 2 * LEASE)
    assert not take(database, mine, NOW + 2 * LEASE)


def test_leases_of_several_jobs_are_apart(database):
    assert take(database, uuid4(), NOW)

    assert take(database, uuid4(), NOW, name="another job")


def test_two_workers_that_start_at_once_share_no_lease(database):
    """The first lease of all: whoever is later is told, and changes nothing."""
    holders = [uuid4() for _ in range(5)]

    taken = [holder for holder in holders if take(database, holder, NOW)]

    assert taken == holders[:1]
    with database.reading() as session:
        assert session.scalars(select(JobLease.holder)).all() == holders[:1]
