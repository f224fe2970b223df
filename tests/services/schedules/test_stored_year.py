"""A year in the lives of some people, kept in a database day by day, against the table that was
made without the engine."""

from datetime import date

import pytest
from sqlalchemy import update

from models.tables.people import Deployment
from models.tables.screenings import Window
from tests.models.programmes.calendar_table import RULES, expected, made_up

PEOPLE = 6  # under each programme
FIRST, LAST = date(2027, 3, 1), date(2028, 2, 29)
CHECKED = (date(2027, 7, 1), date(2027, 11, 15), LAST)
VERSIONS = {"un-contingent": "un-contingent/1", "us-2013": "us-2013/1"}


@pytest.mark.parametrize("code", RULES)
def test_what_is_stored_is_what_the_table_says(code, make, settle, stored):
    for number in range(PEOPLE):
        life, person = made_up(code, number, FIRST.toordinal(), LAST.toordinal()), make.person()
        stays = {}
        for day in days_of(life):
            tell(make, person, life, stays, VERSIONS[code], day)
            settle(person, today=day)
            for answer in life.answers:
                if answer.answered == day.toordinal():
                    send(make, person, answer, stays, day)
                    settle(person, today=day)
            if day in CHECKED:
                table = [told(row) for row in expected(code, life, day.toordinal())]
                there = stored(person, today=day)
                assert [row for row in table if row not in there] == []
                assert all(row[-1] in ("missed", "waived") for row in there if row not in table)


def days_of(life):
    """When something is told or answered, and when the table is read."""
    told_on = [told for stay in life.stays for told in (stay[3], stay[0] - 200)]
    answered = [answer.answered for answer in life.answers]
    days = {date.fromordinal(day) for day in (*told_on, *answered)} | {*CHECKED}
    return sorted(day for day in days if day <= LAST)


def tell(make, person, life, stays, version, day):
    """The deployments as they are known on this day."""
    for departure, home in life.known(day.toordinal()):
        first, last = date.fromordinal(departure), home and date.fromordinal(home)
        if first not in stays:
            given = {"from_day": first, "until_day": last, "programme": version}
            stays[first] = make.deployment(person, **given).id
            continue
        with make.kept() as session:
            is_stay = Deployment.id == stays[first]
            session.execute(update(Deployment).where(is_stay).values(until_day=last))


def send(make, person, answer, stays, day):
    with make.kept() as session:
        window = session.query(Window).filter_by(
            person_id=person.id,
            deployment_id=stays[date.fromordinal(answer.stay)],
            code=answer.code,
        )
        opens = date.fromordinal(answer.opens)
        nearest = min(window, key=lambda each: abs(each.opens_on - opens))
    make.screening(person, window_id=nearest.id, day=day, phase=nearest.phase)


def told(row):
    code, stay, opens, due, status, _reason = row
    return (code, *map(date.fromordinal, (stay, opens, due)), status)
