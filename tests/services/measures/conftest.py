"""Somebody in care, who is asked by their clinician and answers as a member does."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from models.base import new_key
from models.session import snapshot
from models.tables.care import Case
from models.tables.measures import AssignedMeasure
from models.tables.people import Person
from models.tables.screenings import Window
from models.vocabulary import Role
from tests.factories import CRITICAL, TODAY, Factory
from welfare.policies.actor import Actor
from welfare.services import measures, screenings

DAY = timedelta(days=1)
CALM_PHQ = {"phq-9": {str(number): 0 for number in range(1, 10)}}
CRITICAL_PHQ = {"phq-9": CRITICAL["phq-9"]}


@dataclass
class Ward:
    """`mine` is in charge of `person`, who signs in as `member`."""

    make: Factory
    edge: Any
    mine: Actor
    member: Actor
    person: Person
    case: Case

    def assign(self, instrument: str = "phq-9", rhythm: str = "weekly", **given: Any) -> Any:
        usual = {"actor": self.mine, "case_id": self.case.id, "measure_id": new_key()}
        usual |= {"instrument": instrument, "rhythm": rhythm, "programme": "un-contingent"}
        return self.edge.act(measures.assign_measure, **usual | {"at": self.make.now} | given)

    def end(self, measure: AssignedMeasure, **given: Any) -> Any:
        usual = {"actor": self.mine, "measure_id": measure.id, "at": self.make.now}
        return self.edge.act(measures.end_measure, **usual | given)

    def page(self, **given: Any) -> measures.Measures:
        usual = {"actor": self.mine, "person_id": self.person.id, "at": self.make.now}
        return self.edge.look(measures.read_measures, **usual | {"today": TODAY} | given)

    def windows(self, measure: AssignedMeasure) -> list[Window]:
        found = self.edge.rows(Window, Window.measure_id == measure.id)
        return sorted(found, key=lambda each: each.opens_on)

    def send(self, window: Window, answers: Any = CALM_PHQ, **given: Any) -> Any:
        usual = {"actor": self.member, "window_id": window.id, "submission_id": uuid4()}
        usual |= {"answers": answers, "language": "en", "at": self.make.now}
        return self.edge.act(screenings.send_screening, **usual | given)

    def on(self, day: date) -> datetime:
        return self.make.now + (day - TODAY)


@pytest.fixture
def ward(make, edge):
    mine, member = make.reachable(), make.actor()
    with snapshot(make.database) as session:
        person = session.get_one(Person, member.person_id)
    return Ward(make, edge, mine, member, person, make.case(person, mine))


@pytest.fixture
def colleague(make):
    return make.actor(Role.CLINICIAN)
