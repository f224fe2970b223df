"""The scene of oversight: somebody in care, a clinician who is not on the case, who reviews it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from models import vault
from models.session import snapshot
from models.tables.glass import BreakGlass
from models.tables.letters import Letter
from models.tables.people import Person
from models.vocabulary import LetterKind, Role
from welfare.policies.delays import Wish
from welfare.services import glass, own_record, records, reviews

LONG_ENOUGH = 0.4  # for the other act to reach the lock; a shorter wait makes no test fail
WORDS = "Found on the floor."


@pytest.fixture
def it(make, edge):
    """`member` is in the care of `carer`; `opener` is a colleague of the same unit."""
    member = make.actor()
    (person,) = edge.rows(Person, Person.id == member.person_id)
    carer, opener = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    make.case(person, carer)

    def break_glass(actor=opener, at=make.now, **given):
        usual = {"reason": "danger", "words": WORDS, "hours": 1, "person_id": person.id}
        return edge.act(glass.break_glass, actor=actor, at=at, **usual | given)

    def read(actor=opener, at=make.now):
        return edge.look(
            records.read_record, actor=replace(actor, at=at), person_id=person.id, at=at
        )

    def review(actor, opened, at=make.now, **given):
        usual = {"verdict": "justified", "words": "I asked the ward."}
        given = {"glass_id": opened.id, "at": at, **usual, **given}
        return edge.act(reviews.review_glass, actor=actor, **given)

    return SimpleNamespace(
        member=member,
        person=person,
        carer=carer,
        opener=opener,
        officer=make.actor(Role.PRIVACY_OFFICER),
        lead=make.actor(Role.CLINIC_LEAD),
        break_glass=break_glass,
        read=read,
        review=review,
        readers=lambda at=make.now: edge.look(own_record.list_readers, actor=member, at=at),
        now=lambda opened: edge.rows(BreakGlass, BreakGlass.id == opened.id)[0],
    )


@pytest.fixture
def told(edge):
    """Who has a neutral letter waiting or sent; and forgets them."""

    def accounts():
        with edge.database.writing() as session:
            letters = session.query(Letter).filter(Letter.kind == LetterKind.TOLD).all()
            found = sorted(letter.recipient_id for letter in letters)
            for letter in letters:
                session.delete(letter)
            session.commit()
        return found

    return accounts


@pytest.fixture
def said(database):
    """What is sealed in a column of a row."""

    def opened(row, column):
        with snapshot(database) as session:
            return vault.opened(vault.key_for(session, person_id=row.person_id), row, column)

    return opened


@pytest.fixture
def wish(make):
    """The person would be in danger; for ten days."""

    def made(**given):
        usual = {"reason": "self", "words": "He said what he would do."}
        until = make.now.date() + timedelta(days=10)
        return Wish(**usual | {"until_day": until} | given)

    return made


@pytest.fixture
def meanwhile(edge):
    """Runs `second`, begun while the transaction of `first` is open; what it raises is raised."""

    def both(first, second):
        with ThreadPoolExecutor(1) as pool, edge.database.writing() as session:
            first(session)
            session.flush()
            other = pool.submit(second)
            threading.Event().wait(LONG_ENOUGH)
            session.commit()
            session.close()
            return other.result(timeout=20)

    return both
