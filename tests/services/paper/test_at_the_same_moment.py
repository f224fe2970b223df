"""Paper and web, or two who key, at the very same moment: one screening, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from models.tables.care import Alert
from models.tables.paper import PaperEntry
from models.tables.screenings import ConflictCopy, Screening
from models.vocabulary import Role
from tests.factories import CALM, CRITICAL
from welfare.errors import SubmissionConflict
from welfare.policies.paper_keeping import Outcome
from welfare.services.screenings import send_screening

ALL = 2


def at_once(*acts):
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [
            future.exception() or future.result()
            for future in [pool.submit(run, act) for act in acts]
        ]


@pytest.fixture
def send(edge, make, member, window):
    def sent(answers):
        return edge.act(
            send_screening,
            actor=member,
            window_id=window.id,
            submission_id=uuid4(),
            answers=answers,
            language="en",
            at=make.now,
        )

    return sent


def test_the_last_entry_and_the_web_keep_one_screening_and_one_copy(edge, key, send):
    key(CALM)

    web, paper = at_once(lambda: send(CRITICAL), lambda: key(CALM, turn=2))

    assert edge.count(Screening) == 1
    assert edge.count(ConflictCopy) == 1
    assert edge.count(Alert) == 1
    assert isinstance(web, SubmissionConflict) == (paper.outcome is Outcome.KEPT)


def test_two_who_key_first_at_once_have_keyed_it_twice(edge, make, key):
    others = [make.actor(Role.CLINICIAN) for _ in range(ALL)]

    outcomes = {
        came.outcome
        for came in at_once(*(lambda actor=actor: key(CRITICAL, actor=actor) for actor in others))
    }

    assert outcomes == {Outcome.ONCE_MORE, Outcome.KEPT}
    assert edge.count(PaperEntry) == ALL
    assert edge.count(Alert) == 1


def test_two_presses_at_once_are_one_entry(edge, key):
    outcomes = {came.outcome for came in at_once(*(lambda: key(CRITICAL) for _ in range(ALL)))}

    assert outcomes == {Outcome.ONCE_MORE}
    assert edge.count(PaperEntry) == 1
    assert edge.count(Alert) == 1
