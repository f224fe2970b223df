"""Whose check was due in a period: from postings alone, whatever anybody did."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from analytics.due import due
from models.tables.people import Deployment
from models.tables.screenings import Screening, Window
from models.vocabulary import Role, SetAsideBy
from tests.factories import CRITICAL

FIRST, LAST = date(2024, 1, 1), date(2024, 6, 30)
DAY = timedelta(days=1)
UNDER_2013 = {"programme": "us-2013/1"}  # before: due the day before; after: 180, 545, 910 days


@pytest.fixture
def found(make):
    """Who had a check due in the first half of 2024."""

    def ask(people, default="us-2013"):
        among = {person.id for person in people}
        with make.database.reading() as session:
            return due(session, first=FIRST, last=LAST, among=among, default=default)

    return ask


@pytest.mark.parametrize(
    ("left", "back", "is_due"),
    [
        (FIRST, None, False),  # it was due the day before
        (FIRST + DAY, None, True),
        (LAST + DAY, None, True),
        (LAST + 2 * DAY, None, False),
        (date(2022, 1, 1), FIRST - 180 * DAY, True),
        (date(2022, 1, 1), LAST - 180 * DAY, True),
        (date(2022, 1, 1), FIRST - 181 * DAY, False),
        (date(2022, 1, 1), LAST - 179 * DAY, False),
        (date(2020, 1, 1), LAST - 910 * DAY, True),
        (date(2020, 1, 1), FIRST - 911 * DAY, False),
    ],
)
def test_a_check_counts_where_its_last_day_lies(make, found, left, back, is_due):
    person = make.person()
    make.deployment(person, from_day=left, until_day=back, **UNDER_2013)

    assert found([person]) == ({person.id} if is_due else set())


def test_somebody_with_two_checks_due_is_one_and_somebody_never_sent_is_none(make, found):
    twice, never, elsewhere = make.person(), make.person(), make.person()
    make.deployment(twice, from_day=date(2022, 1, 1), until_day=LAST - 545 * DAY, **UNDER_2013)
    make.deployment(twice, from_day=date(2024, 3, 1), until_day=None, **UNDER_2013)
    make.deployment(elsewhere, from_day=date(2024, 3, 1), until_day=None, **UNDER_2013)

    assert found([twice, never]) == {twice.id}


def test_a_deployment_that_names_no_programme_follows_the_one_of_the_site(make, found):
    person = make.person()
    make.deployment(person, from_day=date(2024, 3, 1), until_day=None, programme=None)

    assert found([person]) == {person.id}
    assert found([person], default="blank") == set()


def decline(make, people):
    _set(make, Window, set_aside=SetAsideBy.DECLINED, set_aside_on=FIRST)


def waive(make, people):
    _set(make, Window, set_aside=SetAsideBy.WAIVED, set_aside_on=FIRST)


def record_finding(make, people):
    _set(make, Deployment, finding=True)


def answer(make, people):
    clinician = make.actor(Role.CLINICIAN)
    for person in people:
        make.case(person, clinician)
        answers = make.screening(person, CRITICAL, day=FIRST - DAY)
        with make.kept() as session:
            window = select(Window.id).where(Window.person_id == person.id)
            session.get_one(Screening, answers.id).window_id = session.scalars(window).one()


def expose(make, people):
    make.incident(*people, day=FIRST + DAY)


def _set(make, table, **values):
    with make.kept() as session:
        session.execute(update(table).values(**values))


@pytest.mark.parametrize("do", [answer, decline, waive, record_finding, expose])
def test_what_anybody_did_or_found_moves_no_figure(make, found, do):
    people = [make.person() for _ in range(6)]
    for number, person in enumerate(people):
        back = FIRST - (150 + 40 * (number // 2)) * DAY
        programme = ("canada/1", "us-2013/1")[number % 2]
        days = {"from_day": date(2022, 1, 1), "until_day": back}
        stay = make.deployment(person, programme=programme, **days)
        make.window(
            person.id,
            code="after-1",
            programme=programme,
            deployment_id=stay.id,
            opens_on=back + 90 * DAY,
            due_by=back + 180 * DAY,
        )
    before = found(people)

    do(make, people)

    assert found(people) == before
    assert 0 < len(before) < len(people)
