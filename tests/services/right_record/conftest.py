"""Answers that stand in the record of `wrong` and belong to `right`; both are members."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from models import vault
from models.instruments.payload import Payload, unpack
from models.instruments.summary import read_results
from models.tables.care import Case
from models.tables.people import Identity, Person
from models.tables.screenings import Screening, Window
from tests.factories import CALM, Factory
from welfare.policies.actor import Actor
from welfare.services import right_record
from welfare.services.screenings import send_screening

LONG_ENOUGH = 0.4  # for the other act to reach the lock; a shorter wait makes no test fail
WORDS = "Two sheets lay on one table."


@dataclass(slots=True)
class Scene:
    """`mine` is in charge of the wrong record, and on duty."""

    make: Factory
    edge: Any
    mine: Actor
    wrong: Actor
    right: Actor
    record: Person
    case: Case
    window: Window

    def send(self, answers: Any = CALM) -> Screening:
        return self.edge.act(
            send_screening,
            actor=self.wrong,
            window_id=self.window.id,
            submission_id=uuid4(),
            answers=answers,
            language="en",
            at=self.make.now,
        ).screening

    def move(self, screening_id: UUID, session: Any = None, **given: Any) -> UUID:
        usual = {"actor": self.mine, "screening_id": screening_id, "at": self.make.now}
        usual |= {"person_id": self.right.person_id, "reason": "mixed", "words": WORDS}
        if session is not None:
            return right_record.move_screening(session, **usual | given)
        return self.edge.act(right_record.move_screening, **usual | given)

    def find(self, screening_id: UUID, number: str, **given: Any) -> right_record.Found:
        usual = {"reason": "mixed", "words": WORDS, "at": self.make.now}
        named = {"actor": self.mine, "screening_id": screening_id, "service_number": number}
        return self.edge.act(right_record.find_right_person, **usual | named | given)

    def ask(self, screening_id: UUID, actor: Actor | None = None) -> right_record.Asked:
        given = {"screening_id": screening_id, "at": self.make.now}
        return self.edge.look(right_record.ask_move, actor=actor or self.mine, **given)

    def results(self, person_id: UUID) -> Any:
        with self.edge.database.reading() as session:
            person = session.get_one(Person, person_id)
            key = vault.key_for(session, person_id=person_id)
            return read_results(vault.opened(key, person, "summary"))

    def number_of(self, person_id: UUID) -> str:
        with self.edge.database.reading() as session:
            key = vault.key_for(session, person_id=person_id)
            identity = session.get_one(Identity, person_id)
            return vault.opened(key, identity, "content")["service_number"]

    def payload(self, screening_id: UUID) -> Payload:
        with self.edge.database.reading() as session:
            stored = session.get_one(Screening, screening_id)
            key = vault.key_for(session, person_id=stored.person_id)
            return unpack(vault.opened(key, stored, "payload"))

    def now(self, screening_id: UUID) -> Screening:
        return self.edge.rows(Screening, Screening.id == screening_id)[0]


@pytest.fixture
def it(make, edge):
    mine, wrong, right = make.reachable(), make.actor(), make.actor()
    (record,) = edge.rows(Person, Person.id == wrong.person_id)
    case, window = make.case(record, mine), make.window(record.id)
    return Scene(make, edge, mine, wrong, right, record, case, window)


@pytest.fixture
def meanwhile(edge):
    """What comes of `second`, begun while the transaction of `first` is open."""

    def what_comes_of(first, second):
        began = threading.Event()

        def act():
            began.set()
            return second()

        with ThreadPoolExecutor(1) as pool, edge.database.writing() as session:
            first(session)
            session.flush()
            other = pool.submit(act)
            began.wait()
            threading.Event().wait(LONG_ENOUGH)
            session.commit()
            session.close()
            return other.exception(timeout=20)

    return what_comes_of
