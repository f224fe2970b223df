"""Whoever acts while two records become one comes before it, or finds the second gone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.programmes import load
from models.tables.merging import Merge
from models.tables.people import PersonKey
from models.tables.screenings import Screening
from models.vocabulary import Origin, Phase
from tests.factories import CALM, TODAY
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound, WelfareError
from welfare.policies.actor import console
from welfare.services import erasure, imports, merging, screenings

LONG_ENOUGH = 0.5  # for the other act to reach the lock; a shorter wait makes no test fail


@pytest.fixture
def meanwhile(two, edge):
    """What comes of an act that begins while the merge is being carried out."""

    def what_comes_of(service, **given):
        merge = two.ask()
        began = threading.Event()

        def act():
            began.set()
            return edge.act(service, **given)

        with ThreadPoolExecutor(1) as pool, edge.database.writing() as session:
            done = {"actor": two.confirmer, "merge_id": merge.id, "at": two.make.now}
            merging.confirm_merge(session, **done)
            other = pool.submit(act)
            began.wait()
            threading.Event().wait(LONG_ENOUGH)
            session.commit()
            session.close()
            return other.exception(timeout=20)

    return what_comes_of


def test_answers_sent_for_a_window_that_moves_are_refused_and_not_half_kept(
    two, make, edge, meanwhile
):
    window = make.window(two.second.id)
    actor = make.actor(person=two.second, disabled_at=make.now)

    problem = meanwhile(
        screenings.send_screening,
        actor=actor,
        window_id=window.id,
        submission_id=window.id,
        answers=CALM,
        language="en",
        at=make.now,
    )

    assert isinstance(problem, RecordNotFound | AccessDenied)  # which look the same
    assert edge.count(Screening) == 0


def test_answers_of_a_file_are_counted_as_of_nobody(two, make, edge, meanwhile):
    source = imports.Source("file", Origin.IMPORT, load("un-contingent"))
    incoming = imports.Incoming("x-1", TODAY, Phase.POST, CALM)

    problem = meanwhile(
        imports.load_screenings,
        actor=console(make.root.path),
        incoming=[incoming],
        people={"x-1": two.second.id},
        source=source,
        at=make.now,
    )

    assert problem is None
    assert edge.count(Screening) == 0


def test_an_erasure_of_the_second_finds_nobody(two, make, edge, meanwhile):
    problem = meanwhile(
        erasure.erase_person,
        actor=console(make.root.path),
        person_id=two.second.id,
        reason="asked",
        at=make.now,
    )

    assert isinstance(problem, RecordNotFound)


def test_an_erasure_of_the_first_takes_both(two, make, edge, meanwhile):
    problem = meanwhile(
        erasure.erase_person,
        actor=console(make.root.path),
        person_id=two.first.id,
        reason="asked",
        at=make.now,
    )

    assert problem is None
    ids = {two.first.id, two.second.id}
    assert not ids & {each.person_id for each in edge.rows(PersonKey)}


def test_of_two_decisions_at_once_one_counts(two, make, edge):
    merge = two.ask()
    given = {"merge_id": merge.id, "at": make.now}
    acts = [
        (merging.confirm_merge, {"actor": two.confirmer, **given}),
        (merging.confirm_merge, {"actor": console(make.root.path), **given}),
        (merging.refuse_merge, {"actor": two.asker, **given}),
    ]
    gate = threading.Barrier(len(acts))

    def act(service, given):
        gate.wait()
        try:
            return edge.act(service, **given)
        except WelfareError as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        found = list(pool.map(lambda each: act(*each), acts))

    (stored,) = edge.rows(Merge)
    assert stored.is_in_force != (stored.confirmed_at is None)
    refused = [each for each in found if isinstance(each, WelfareError)]
    assert all(isinstance(each, MoveNotAllowed) for each in refused)
    assert len(refused) == (1 if stored.is_in_force else 2)
