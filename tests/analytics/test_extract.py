"""The door in takes the roster of period close and one yes or no a person, and nothing else."""

from datetime import date

import pytest
from sqlalchemy import delete

from analytics.extract import freeze, roots
from models.sealing import Ciphertext, SealBroken
from models.session import snapshot, transaction
from models.tables.people import PersonKey
from tests.analytics.force import Force

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
INSIDE = date(2026, 3, 1)


def frozen(database):
    with snapshot(database) as session:
        return freeze(session, first=FIRST, last=LAST)


def positives(contingent):
    return {row.person for row in contingent.roster.itertuples() if row.positive}


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

    [contingent] = frozen(database)

    assert positives(contingent) == ({person} if counted else set())
    assert contingent.people == [person]


def test_a_person_with_many_positive_screens_is_one_row(database):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        person = force.person(unit)
        for month in (1, 2, 3):
            force.screening(person, unit, day=date(2026, month, 5), phq_9=3)

    [contingent] = frozen(database)

    assert contingent.roster.to_dict("records") == [
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

    [contingent] = frozen(database)

    homes = {row.person: row.unit for row in contingent.roster.itertuples()}
    assert homes == {moved: "00010002", twice: "00010002"}
    assert positives(contingent) == {moved}


def test_each_contingent_has_its_own_tree_and_people(database):
    with transaction(database) as session:
        force = Force(session)
        north, south = force.unit("0001", name="North"), force.unit("0002", name="South")
        platoon = force.unit("00020001", south, name="Platoon")
        here, there = force.person(north), force.person(platoon)

    one, two = frozen(database)

    assert (one.name, one.people) == ("North", [here])
    assert (two.name, two.people) == ("South", [there])
    assert [(unit.code, unit.parent) for unit in two.units] == [
        ("0002", None),
        ("00020001", "0002"),
    ]
    with snapshot(database) as session:
        assert roots(session) == {one.root: "North", two.root: "South"}


def test_an_erased_person_is_on_the_roster_and_not_positive(database):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        person = force.person(unit)
        force.screening(person, unit, day=INSIDE, phq_9=3)
        session.execute(delete(PersonKey))

    [contingent] = frozen(database)

    assert contingent.people == [person]
    assert positives(contingent) == set()


def test_a_payload_that_does_not_open_stops_the_release(database):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        screening = force.screening(force.person(unit), unit, day=INSIDE, phq_9=3)
        screening.payload = Ciphertext(screening.payload[:-1] + bytes([screening.payload[-1] ^ 1]))

    with pytest.raises(SealBroken):
        frozen(database)


def test_more_screenings_than_one_batch_are_all_read(database, monkeypatch):
    monkeypatch.setattr("analytics.extract.BATCH", 7)
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        people = force.people(unit, 10)
        for person in people:
            for month in (1, 2):
                force.screening(person, unit, day=date(2026, month, 5), phq_9=month)

    [contingent] = frozen(database)

    assert positives(contingent) == set(people)


def test_the_digest_changes_with_every_fact_and_with_nothing_else(database):
    with transaction(database) as session:
        force = Force(session)
        unit = force.unit("0001")
        person = force.people(unit, 3)[0]
    [before] = frozen(database)
    [again] = frozen(database)

    with transaction(database) as session:
        other = Force(session, force.keys)
        other.screening(person, unit, day=INSIDE, phq_9=3)
    [after] = frozen(database)

    assert before.digest == again.digest != after.digest
