"""How a stored window stands: every word from its definition, and the two faces agree."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from models.standing import can_be_answered, is_missed, is_open, status_of
from models.tables.screenings import Screening, Window
from models.vocabulary import SetAsideBy, WindowStatus
from tests.factories import TODAY


def days(number):
    return TODAY + timedelta(days=number)


def window(opens, due, closes, set_aside=None):
    aside = {"set_aside": set_aside, "set_aside_on": set_aside and days(opens)}
    return Window(opens_on=days(opens), due_by=days(due), closes_on=days(closes), **aside)


# opens, due, closes, answered; each counted from today
STANDS = [
    ((1, 30, 90, None), "not-due"),
    ((0, 30, 90, None), "open"),
    ((-40, -10, 50, None), "open"),
    ((-90, -60, 0, None), "open"),
    ((-90, -60, -1, None), "missed"),
    ((-90, -60, -60, None), "missed"),
    ((-90, -60, -61, None), "waived"),
    ((-90, -60, -91, None), "waived"),
    ((30, 60, 29, None), "waived"),
    ((5, 30, 90, 0), "early"),
    ((-5, 30, 90, -5), "in-window"),
    ((-30, -5, 55, -5), "in-window"),
    ((-30, -5, 55, -4), "late"),
    ((-90, -60, -61, -1), "late"),
]


@pytest.mark.parametrize(("given", "word"), STANDS)
def test_a_window_stands_as_its_days_say(given, word):
    opens, due, closes, answered = given

    stands = status_of(
        window(opens, due, closes),
        answered_on=None if answered is None else days(answered),
        today=TODAY,
    )

    assert stands == word


@pytest.mark.parametrize("word", list(SetAsideBy))
def test_one_set_aside_is_called_so_until_it_is_answered_after_all(word):
    aside = window(-5, 30, 90, word)

    assert status_of(aside, answered_on=None, today=TODAY) == word.value
    assert status_of(aside, answered_on=TODAY, today=TODAY) is WindowStatus.IN_WINDOW
    assert not can_be_answered(aside, today=TODAY)


def test_the_two_faces_say_the_same_of_every_window(database, make):
    person = make.person()
    kinds = product([row[0] for row in STANDS], [None, *SetAsideBy])
    for number, ((opens, due, closes, answered), word) in enumerate(kinds):
        stored = make.window(
            person.id,
            code=f"w{number}",
            opens_on=days(opens),
            due_by=days(due),
            closes_on=days(closes),
            set_aside=word,
            set_aside_on=TODAY if word else None,
        )
        if answered is not None:
            make.screening(person, day=days(answered), window_id=stored.id)

    with database.reading() as session:
        found = session.execute(
            select(Window, Screening.day).outerjoin(Screening, Screening.window_id == Window.id)
        ).all()
        faces = {
            WindowStatus.OPEN: set(session.scalars(select(Window.id).where(is_open(TODAY)))),
            WindowStatus.MISSED: set(session.scalars(select(Window.id).where(is_missed(TODAY)))),
        }
    for word, ids in faces.items():
        stand = [
            row.id for row, day in found if status_of(row, answered_on=day, today=TODAY) is word
        ]
        assert ids == set(stand)
        assert 0 < len(ids) < len(found)
