"""Lines of tombstones after a restore: they erase again, once, and only if they are whole."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete

from models.programmes import load
from models.tables.care import Alert, Case
from models.tables.letters import Letter
from models.tables.lifecycle import Tombstone
from models.tables.people import PersonKey
from models.tables.places import DutyRoster
from models.vocabulary import CaseStatus, Role
from welfare.errors import InputRefused
from welfare.policies.actor import Machine
from welfare.services import erasure, nudges, restores


def restored(edge, make, person):
    """As after a restore of a backup from before: the key is there again, no tombstone is."""
    with edge.database.reading() as session:
        kept = session.get_one(PersonKey, person.id)
        copy = {"person_id": kept.person_id, "wrapping_id": kept.wrapping_id}
        wrapped = kept.wrapped

    def bring_back():
        with make.kept() as session:
            session.execute(delete(Tombstone))
            session.add(PersonKey(**copy, wrapped=wrapped))

    return bring_back


def test_after_a_restore_the_lines_erase_again_and_a_second_time_change_nothing(
    edge, make, asked, person
):
    bring_back = restored(edge, make, person)
    line = edge.act(erasure.erase_person, **asked).line
    bring_back()
    again = {"lines": [line], "at": make.now + timedelta(days=1)}

    assert edge.act(erasure.replay_tombstones, **again) == 1
    assert edge.act(erasure.replay_tombstones, **again) == 0

    assert edge.count(PersonKey) == 0
    (stone,) = edge.rows(Tombstone)
    assert (stone.person_id, stone.erased_at) == (person.id, make.now)


def test_a_restored_key_table_is_cleared_of_those_the_database_itself_calls_erased(
    edge, make, asked, person
):
    bring_back = restored(edge, make, person)
    edge.act(erasure.erase_person, **asked)
    bring_back()
    with make.kept() as session:
        session.add(Tombstone(person_id=person.id, erased_at=make.now))

    assert edge.act(erasure.replay_tombstones, lines=[], at=make.now) == 1
    assert edge.count(PersonKey) == 0


def test_a_restore_erases_even_where_work_was_open_at_the_time_of_the_backup(
    edge, make, asked, person
):
    line = edge.act(erasure.erase_person, **asked).line
    other = make.person()
    with edge.database.reading() as session:
        line = erasure._line(session, erasure.LineKind.ERASED, other.id, make.now)
    make.case(other, make.actor(Role.CLINICIAN))

    assert edge.act(erasure.replay_tombstones, lines=[line], at=make.now) == 1


def test_an_erasure_that_was_withdrawn_is_not_carried_out_again(edge, make, asked, person):
    bring_back = restored(edge, make, person)
    erased = edge.act(erasure.erase_person, **asked)
    bring_back()

    done = edge.act(erasure.replay_tombstones, lines=[erased.line, erased.withdrawal], at=make.now)

    assert done == 0
    assert edge.count(PersonKey) == 1


def spoilt(line, how):
    kind, person, at, reason, check = json.loads(line)
    return {
        "another person": json.dumps([kind, uuid4().hex, at, reason, check]),
        "another moment": json.dumps([kind, person, "2020-01-01T00:00:00+00:00", reason, check]),
        "no check": json.dumps([kind, person, at, reason]),
        "cut off": line[: len(line) // 2],
        "not a list": '{"person": 1}',
        "a number": "7",
        "empty": "",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "another person",
        "another moment",
        "no check",
        "cut off",
        "not a list",
        "a number",
        "empty",
    ],
)
def test_a_damaged_line_is_named_and_nobody_is_erased(edge, make, asked, person, how):
    bring_back = restored(edge, make, person)
    line = edge.act(erasure.erase_person, **asked).line
    bring_back()

    with pytest.raises(InputRefused) as raised:
        edge.act(erasure.replay_tombstones, lines=[line, spoilt(line, how)], at=make.now)

    assert raised.value.problems == {"line 2": "damaged"}
    assert edge.count(PersonKey) == 1


def test_after_a_restore_nothing_about_somebody_erased_waits_for_anybody(edge, make, asked, person):
    clinician = make.reachable()
    make.alert(person, clinician)
    make.case(person, clinician)
    with edge.database.reading() as session:
        line = erasure._line(session, erasure.LineKind.ERASED, person.id, make.now)

    edge.act(erasure.replay_tombstones, lines=[line], at=make.now)
    opened = edge.act(restores.reopen, by=Machine(), at=make.now)
    nudged = edge.act(
        nudges.nudge_again, by=Machine(), programme=load("un-contingent"), at=make.now
    )

    assert (opened.alerts, nudged, edge.count(Letter)) == (0, 0, 0)
    assert [alert.is_live for alert in edge.rows(Alert)] == [False]
    assert [case.status for case in edge.rows(Case)] == [CaseStatus.CLOSED]
    with make.kept() as session:
        session.execute(delete(DutyRoster))
    assert edge.act(erasure.erase_person, **asked | {"person_id": clinician.person_id})


def test_an_alert_of_somebody_without_a_key_is_not_raised_again(edge, make, person):
    stays = make.person()
    make.alert(person, make.reachable())
    make.alert(stays)
    with make.kept() as session:
        session.execute(delete(PersonKey).where(PersonKey.person_id == person.id))

    opened = edge.act(restores.reopen, by=Machine(), at=make.now)

    assert opened.alerts == 1
    again = {alert.person_id for alert in edge.rows(Alert, Alert.nudges == 0)}
    assert again == {stays.id}
