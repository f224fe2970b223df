"""The door in takes the roster of period close and one yes or no a person, and nothing else."""

from datetime import date

import pytest
from sqlalchemy import delete

from analytics.extract import positive
from analytics.roster import contingents
from models.sealing import Ciphertext, SealBroken
from models.session import snapshot, transaction
from models.tables.people import PersonKey
from tests.analytics.force import Force

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
INSIDE = date(2026, 3, 1)


def positives(database):
    with snapshot(database) as session:
        on_roster = {each for tree in contingents(session, on=LAST) for each in tree.homes}
        return positive(session, first=FIRST, last=LAST, among=on_roster)


@pytest.mark.parametrize(
    ("day", "phq_9", "counted"),
    [
        (FIRST, 2, True),
        (LAST, 2, True),
        (date(2025, 12, 31), 2, False),
        (date(2026, 7, 1), 2, False),
        (INSIDE, 0, False),
        (INSIDE, None, False),
    ],
)
def test_only_a_certain_positive_within_the_period_counts(database, day, phq_9, counted):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        person = force.person(unit)
        force.screening(person, unit, day=day, phq_9=phq_9)

    assert positives(database) == ({person} if counted else set())


def test_a_person_with_many_positive_screens_is_one_row(database):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        person = force.person(unit)
        for month in (1, 2, 3):
            force.screening(person, unit, day=date(2026, month, 5), phq_9=3)

    with snapshot(database) as session:
        [contingent] = contingents(session, on=LAST)
    assert contingent.marked("positive", positives(database)).to_dict("records") == [
        {"person": person, "unit": "0001", "positive": True}
    ]


def test_people_are_counted_where_they_belong_at_period_close(database):
    with transaction(database) as session:
        force = Force(session)
        root = force.unit("0001")
        first, second = force.unit("00010001", root), force.unit("00010002", root)
        moved = force.person(first, until=date(2026, 4, 30))
        force.member(moved, second, since=date(2026, 5, 1))
        force.screening(moved, first, day=INSIDE, phq_9=2)
        left = force.person(first, until=date(2026, 6, 29))
        force.screening(left, first, day=INSIDE, phq_9=2)
        force.person(first, since=date(2026, 7, 1))
        twice = force.person(first)
        force.member(twice, second, since=date(2026, 2, 1))

    with snapshot(database) as session:
        [contingent] = contingents(session, on=LAST)
    assert contingent.homes == {moved: "00010002", twice: "00010002"}
    assert positives(database) == {moved}


def test_an_erased_person_is_on_the_roster_and_not_positive(database):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        person = force.person(unit)
        force.screening(person, unit, day=INSIDE, phq_9=3)
        session.execute(delete(PersonKey))

    with snapshot(database) as session:
        [contingent] = contingents(session, on=LAST)
    assert contingent.people == [person]
    assert positives(database) == set()


def test_a_payload_that_does_not_open_stops_the_release(database):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        screening = force.screening(force.person(unit), unit, day=INSIDE, phq_9=3)
        screening.payload = Ciphertext(screening.payload[:-1] + bytes([screening.payload[-1] ^ 1]))

    with pytest.raises(SealBroken):
        positives(database)


def test_more_screenings_than_one_batch_are_all_read(database, monkeypatch):
    monkeypatch.setattr("analytics.extract.BATCH", 7)
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        people = force.people(unit, 10)
        for person in people:
            for month in (1, 2):
                force.screening(person, unit, day=date(2026, month, 5), phq_9=month)

    assert positives(database) == set(people)
