"""Nobody's yearly allowance is passed, not even by two releases at once."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from analytics.commands.release import release_period
from analytics.publish import (
    OverTheCap,
)
from analytics.release.calendar import Period
from models.session import snapshot, transaction
from models.tables.releases import LedgerEntry, Release, ReleaseCell
from tests.analytics.force import Force
from tests.analytics.releases.published import ASKED, AT, count, everything, put


def test_a_third_release_within_a_year_is_allowed_and_a_fourth_is_refused(database, unit):
    root, people = unit
    halves = [Period(date(year, 1, 1), date(year, 6, 30)) for year in (2022, 2023, 2024, 2025)]
    for months, period in enumerate(halves[:3]):
        with transaction(database) as session:
            put(session, root, people=people, period=period, at=AT + timedelta(days=30 * months))
    before = everything(database)

    with (
        pytest.raises(OverTheCap, match="40 people would be over the yearly allowance of 3/2"),
        transaction(database) as session,
    ):
        put(session, root, people=people, period=halves[3], at=AT + timedelta(days=365))

    assert everything(database) == before
    with transaction(database) as session:
        put(session, root, people=people, period=halves[3], at=AT + timedelta(days=366))
    assert count(database, LedgerEntry) == 160


def test_one_person_over_the_cap_refuses_the_release_for_all(database, unit):
    root, people = unit
    for year in (2022, 2023, 2024):
        with transaction(database) as session:
            put(
                session,
                root,
                people=people[:1],
                period=Period(date(year, 1, 1), date(year, 6, 30)),
            )

    with pytest.raises(OverTheCap, match="^1 people"), transaction(database) as session:
        put(session, root, people=people)

    assert count(database, Release) == 3


def test_a_release_without_a_figure_charges_nobody_and_is_still_kept(database):
    with transaction(database) as session:
        force = Force(session)
        force.people(force.unit("0001", name="Small"), 29)

    release_period(database, **ASKED, at=AT)

    assert count(database, LedgerEntry) == 0
    with snapshot(database) as session:
        figures = dict(
            session.execute(
                select(Release.code, ReleaseCell.count).join(
                    ReleaseCell, ReleaseCell.release_id == Release.id
                )
            ).all()
        )
    assert figures == {"any_positive_screen": None, "screenings_due": 0}


def test_two_releases_at_once_cannot_pass_the_cap_together(database, unit):
    root, people = unit
    first, second, third, fourth = (
        Period(date(year, 1, 1), date(year, 6, 30)) for year in (2022, 2023, 2024, 2025)
    )
    for period in (first, second):
        with transaction(database) as session:
            put(session, root, people=people, period=period)

    def late():
        with transaction(database) as session:
            put(session, root, people=people, period=fourth)

    with ThreadPoolExecutor(1) as other:
        with transaction(database) as session:
            put(session, root, people=people, period=third)
            waiting = other.submit(late)
            done, _ = wait([waiting], timeout=0.5)
            assert not done
        with pytest.raises(OverTheCap):
            waiting.result()
    assert count(database, Release) == 3
