"""The person page asks the database as often for a long record as for an empty one."""

from datetime import timedelta

import pytest

from models.programmes import Interview
from models.tables.people import Person
from models.vocabulary import AppointmentStatus, Role
from tests.answered import answered, own_programme
from tests.factories import TODAY
from tests.models.queries import counted
from welfare.services import alerts, interviews, merging, notes

# What every page does; on a slow machine also that the session was seen.
BESIDE = ("BEGIN", "INSERT INTO audit_event", "FROM web_session", "UPDATE web_session")
DAY = timedelta(days=1)


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def person(make, edge):
    (person,) = edge.rows(Person, Person.id == make.actor().person_id)
    return person


@pytest.fixture
def case(make, clinician, person):
    return make.case(person, clinician)


@pytest.fixture
def asked(visit, clinician, case, person, database):
    """How many statements the page sends, beside those of every page. The first page in a while
    looks after the site as well, and reads the site's own programmes."""
    carer = visit(clinician)

    def open_page():
        with counted(database) as sent:
            assert carer.get(f"/en/people/{person.id}").status_code == 200
        return len([each for each in sent if not any(words in each for words in BESIDE)])

    def again():
        open_page()
        return open_page()

    return again


def fill(make, edge, clinician, case, person, number):
    """One more of everything that the page shows, by another pair of hands each time."""
    hand = make.actor(Role.CLINICIAN)
    alert = make.alert(person, hand)
    edge.act(alerts.acknowledge_alert, actor=hand, alert_id=alert.id, at=make.now)
    tried = {"result": "tried", "channel": "phone", "words": "", "next_try": "none"}
    edge.act(alerts.record_contact, actor=hand, alert_id=alert.id, at=make.now, **tried)
    edge.act(notes.sign_note, actor=clinician, case_id=case.id, words="A word.", at=make.now)
    make.appointment(case, clinician, status=AppointmentStatus.KEPT)
    away = {"from_day": TODAY - (number + 1) * 40 * DAY, "until_day": TODAY - number * 40 * DAY}
    make.event(make.deployment(person, **away))
    make.incident(person)
    programme = own_programme(make, Interview.ALWAYS) if number == 1 else "own-always/1"
    screening = answered(make, person, programme=programme, day=TODAY - number * 40 * DAY)
    said = {"spoken_on": TODAY, "channel": "in_person", "words": "Agreed to talk again."}
    edge.act(
        interviews.certify_screening,
        actor=clinician,
        screening_id=screening.id,
        at=make.now,
        **said,
    )


def join_another(make, edge, person):
    asker, confirmer = (make.actor(Role.ADMINISTRATOR) for _ in range(2))
    both = {"first_id": person.id, "second_id": make.person().id}
    merge = edge.act(merging.ask_to_merge, actor=asker, at=make.now, **both)
    edge.act(merging.confirm_merge, actor=confirmer, merge_id=merge.id, at=make.now)


def test_a_long_record_takes_no_query_more_than_an_empty_one(
    make, edge, clinician, case, person, asked
):
    empty = asked()
    for number in (1, 2, 3):
        fill(make, edge, clinician, case, person, number)
    join_another(make, edge, person)

    assert empty == asked() == 8
