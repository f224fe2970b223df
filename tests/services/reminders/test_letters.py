"""Which letters are written about open windows, and which never."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from models.session import transaction
from models.tables.audit import AuditEvent
from models.tables.reminders import Reminder, WindowLink
from models.vocabulary import Act
from tests.factories import TODAY
from tests.services.reminders.conftest import change_identity, new_scene
from tests.services.reminders.endings import ENDINGS, answer
from welfare.policies.actor import Machine
from welfare.services import reminder_letters
from welfare.services.reminder_letters import programmes_asking, take_letter, write_due

DAY = timedelta(days=1)


def opened(make, days_ago, **more):
    return make.window(make.person().id, opens_on=TODAY - days_ago * DAY, **more)


def write(database, make, days=0, after=None):
    at = make.now + days * DAY
    with transaction(database) as session:
        names = programmes_asking(session, today=at.date())
        return write_due(
            session, by=Machine(), programmes=names, after=after, today=at.date(), at=at
        )


def days_written(edge):
    return sorted(each.day for each in edge.rows(Reminder))


@pytest.mark.parametrize(
    ("age", "day"), [(0, 0), (2, 0), (3, 3), (6, 3), (7, 7), (13, 7), (14, 14), (60, 14)]
)
def test_a_letter_is_written_for_the_newest_day_that_has_come_and_no_older_one(
    edge, make, watched, age, day
):
    opened(make, age)

    counts = [write(watched, make).count for _ in range(2)]

    assert counts == [1, 0]
    assert days_written(edge) == [day]


def test_over_a_month_four_letters_are_written_each_with_its_own_link(edge, make, watched):
    opened(make, 0)

    for day in range(30):
        write(watched, make, days=day)

    assert days_written(edge) == [0, 3, 7, 14]
    assert len({each.link_id for each in edge.rows(Reminder)}) == 4 == edge.count(WindowLink)
    assert edge.acts()[Act.REMINDER_WRITTEN] == 4
    assert {each.actor_id for each in edge.rows(AuditEvent)} == {None}


def test_the_days_are_those_of_the_programme_under_which_a_window_was_planned(
    edge, make, watched, monkeypatch
):
    opened(make, 5)
    monkeypatch.setattr(reminder_letters, "_days_of", lambda _session, _name: (1, 5))

    write(watched, make)

    assert days_written(edge) == [5]


def test_a_programme_that_is_not_known_holds_up_no_other(edge, make, watched):
    opened(make, 0, programme="gone/7")
    kept = opened(make, 0)

    write(watched, make)

    assert [each.window_id for each in edge.rows(Reminder)] == [kept.id]


@pytest.mark.parametrize("ending", ["answered", "closed", "waived", "left", "erased", "disabled"])
def test_nobody_is_written_to_who_is_not_asked_any_more(edge, make, watched, ending):
    scene = new_scene(make)
    end, _ = ENDINGS[ending]
    end(edge, make, scene)

    assert write(watched, make).count == 0


@pytest.mark.parametrize(
    "identity",
    [
        {"email": ""},
        {"email": "a@b.example", "refused_email": "a@b.example"},
        {"service_number": "", "family": ""},
    ],
)
def test_whoever_cannot_be_reached_holds_up_no_other(edge, make, watched, identity, monkeypatch):
    monkeypatch.setattr(reminder_letters, "BATCH", 1)
    lost = opened(make, 0, due_by=TODAY + DAY)
    change_identity(make, lost.person_id, **identity)
    kept = opened(make, 0)

    first = write(watched, make)
    second = write(watched, make, after=first.more_after)

    assert (first.count, second.count) == (0, 1)
    assert [each.window_id for each in edge.rows(Reminder)] == [kept.id]


def test_an_address_that_is_given_later_gets_the_letter_of_that_day(edge, make, watched):
    window = opened(make, 0)
    change_identity(make, window.person_id, email="")
    write(watched, make)
    change_identity(make, window.person_id, email="new@example.org")

    assert write(watched, make).count == 1


def test_a_letter_that_waits_is_put_away_when_it_is_not_needed_any_more(edge, make, watched):
    scene = new_scene(make)
    make.reminder(scene.window, link_id=scene.link.id)
    answer(make, scene)

    with transaction(watched) as session:
        taken = take_letter(session, today=TODAY, at=make.now)

    assert taken is None
    assert edge.rows(Reminder)[0].next_try_at.year == 9999


def test_a_letter_in_hand_is_not_taken_again_until_its_lease_is_over(make, watched):
    scene = new_scene(make)
    make.reminder(scene.window, link_id=scene.link.id)

    taken = []
    for seconds in (0, 119, 120):
        with transaction(watched) as session:
            at = make.now + timedelta(seconds=seconds)
            taken.append(take_letter(session, today=at.date(), at=at))

    assert [each is not None for each in taken] == [True, False, True]
    assert taken[0] == taken[2]


def test_what_is_due_is_found_by_indexes_and_not_by_walking_over_everybody(make, watched):
    """Said by SQLite; of a small table PostgreSQL rightly reads all of it."""
    if watched.engine.dialect.name != "sqlite":
        return
    opened(make, 0)
    plans = []

    def note(connection, _cursor, statement, parameters, *_):
        if statement.lstrip().startswith("SELECT window."):
            asked = connection.connection.cursor().execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            plans.append([row[3] for row in asked.fetchall()])

    event.listen(watched.engine, "before_cursor_execute", note)
    write(watched, make)
    with transaction(watched) as session:
        take_letter(session, today=TODAY, at=make.now)
    event.remove(watched.engine, "before_cursor_execute", note)

    (plan,) = plans
    assert any("window USING INDEX ix_window_due" in line for line in plan), plan
    assert not any(line.startswith("SCAN") for line in plan), plan
