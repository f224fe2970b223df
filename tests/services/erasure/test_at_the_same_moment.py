"""Whoever writes while an erasure is carried out comes before it, or finds nobody."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from models import vault
from models.tables.care import Alert
from models.tables.people import PersonKey
from models.tables.screenings import Draft, Screening
from tests.factories import CRITICAL, TODAY
from welfare.errors import RecordNotFound
from welfare.services import drafts, erasure, screenings

LONG_ENOUGH = 0.5  # for the other act to reach the lock; a shorter wait makes no test fail


@pytest.fixture
def member(make):
    make.reachable()
    return make.actor()


@pytest.fixture
def during_erasure(edge, asked, member):
    """An act that begins while the erasure of the member is under way."""

    def what_comes_of(service, **given):
        began = threading.Event()

        def act():
            began.set()
            edge.act(service, **given)

        with ThreadPoolExecutor(1) as pool, edge.database.writing() as session:
            erasure.erase_person(session, **asked | {"person_id": member.person_id})
            other = pool.submit(act)
            began.wait()
            threading.Event().wait(LONG_ENOUGH)
            session.commit()
            session.close()
            return other.exception(timeout=20)

    return what_comes_of


def test_no_draft_is_kept_for_somebody_without_a_key(edge, make, member, during_erasure):
    window = make.window(member.person_id)

    problem = during_erasure(
        drafts.save_part,
        actor=member,
        window_id=window.id,
        part="phq-9",
        answers=CRITICAL["phq-9"],
        today=TODAY,
        at=make.now,
    )

    assert isinstance(problem, RecordNotFound)
    assert edge.count(Draft) == 0


def test_answers_sent_meanwhile_are_those_of_nobody_and_not_a_fault(
    edge, make, member, during_erasure
):
    window = make.window(member.person_id)

    problem = during_erasure(
        screenings.send_screening,
        actor=member,
        window_id=window.id,
        submission_id=uuid4(),
        answers=CRITICAL,
        language="en",
        at=make.now,
    )

    assert isinstance(problem, RecordNotFound)
    assert (edge.count(Screening), edge.count(Alert)) == (0, 0)


def test_whoever_locks_the_person_with_their_key_finds_nobody(edge, member, during_erasure):
    def look(session):
        if vault.locked_person_with_key(session, person_id=member.person_id) is None:
            raise RecordNotFound("gone")

    problem = during_erasure(look)

    assert isinstance(problem, RecordNotFound)
    assert edge.rows(PersonKey, PersonKey.person_id == member.person_id) == []
