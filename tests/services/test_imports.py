"""The bulk loader and people who were erased: nothing finds them by the keys of their file."""

from datetime import timedelta

import pytest

from models.enrolment import Newcomer
from models.programmes import load
from models.session import transaction
from models.tables.people import Person, PersonKey
from models.tables.places import Unit
from models.tables.screenings import Screening
from models.vocabulary import Origin
from tests.factories import CALM, TODAY
from welfare.policies.actor import console
from welfare.services import erasure, imports

KEY = "K1"


@pytest.fixture
def source():
    return imports.Source("file", Origin.IMPORT, load("un-contingent"))


@pytest.fixture
def actor(make):
    return console(make.root.path)


@pytest.fixture
def take_in(edge, make, actor, source):
    """Load the same file: the id of its person, and what the batch came to."""
    incoming = [imports.Incoming(KEY, TODAY - timedelta(days=5), {"phq-9": CALM["phq-9"]})]

    def once(people=None):
        with transaction(edge.database) as session:
            given = {"actor": actor, "at": make.now}
            newcomer = Newcomer(session.get_one(Unit, make.root.id), TODAY, {"sex": "male"})
            found = people or imports.load_people(session, people={KEY: newcomer}, **given)
            loaded = imports.load_screenings(
                session, incoming=incoming, people=found, source=source, **given
            )
        return found[KEY], loaded

    return once


@pytest.fixture
def erase(edge, make, actor):
    def carry_out(person_id):
        given = {"person_id": person_id, "reason": "asked", "at": make.now}
        edge.act(erasure.erase_person, actor=actor, **given)

    return carry_out


def test_the_same_file_again_changes_nothing(edge, take_in):
    first, _ = take_in()

    again, loaded = take_in()

    assert (again, loaded.unchanged, loaded.kept) == (first, 1, [])
    assert edge.count(Screening) == 1


def test_somebody_erased_comes_back_as_a_newcomer_whom_nothing_links_to_the_erased(
    edge, take_in, erase
):
    gone, _ = take_in()
    erase(gone)

    newcomer, loaded = take_in()

    assert newcomer != gone
    assert (len(loaded.kept), loaded.unchanged, loaded.differing) == (1, 0, [])
    (key,) = edge.rows(PersonKey)
    assert key.person_id == newcomer
    assert edge.rows(Person, Person.id == gone)[0].source_digest is None


def test_answers_of_somebody_erased_since_the_batch_began_are_named_and_left_out(
    edge, take_in, erase
):
    gone, _ = take_in()
    erase(gone)

    _, loaded = take_in(people={KEY: gone})

    assert (loaded.erased, loaded.kept, loaded.unchanged) == ([0], [], 0)
    assert edge.count(Screening) == 1


def test_answers_kept_for_another_person_under_the_same_id_are_told_as_differing(
    edge, make, take_in
):
    take_in()

    _, loaded = take_in(people={KEY: make.person().id})

    assert (loaded.differing, loaded.kept) == ([0], [])
    assert edge.count(Screening) == 1
