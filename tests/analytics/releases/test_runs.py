"""A run over a whole battalion: what it writes, what it says, and what stops it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from analytics.commands.release import release_period
from analytics.publish import (
    PeriodOverlaps,
    Refused,
)
from analytics.release.calendar import Period
from models.base import new_key
from models.sealing import make_key_file
from models.session import WrongKeyFile, open_database, snapshot, transaction
from models.tables.audit import AuditEvent, Site
from models.tables.people import Deployment, Membership
from models.tables.places import Mission, Unit
from models.tables.releases import LedgerEntry, Release, ReleaseCell
from models.vocabulary import Act, Measure
from tests.analytics.force import Force
from tests.analytics.releases.published import ASKED, AT, count, everything

BLURRED = Release.code == Measure.ANY_POSITIVE_SCREEN


def cells_of(release):
    mine = select(ReleaseCell).where(ReleaseCell.release_id == release.id)
    return mine.order_by(ReleaseCell.unit_path)


def test_a_release_is_written_whole(battalion):
    said = release_period(battalion, **ASKED, at=AT)

    with snapshot(battalion) as session:
        release = session.scalars(select(Release).where(BLURRED)).one()
        cells = session.scalars(cells_of(release)).all()
        lines = session.scalars(select(LedgerEntry)).all()
        events = session.scalars(select(AuditEvent)).all()
    assert said[0] == (
        "Battalion, any_positive_screen: 2026-01-01 to 2026-06-30 computed, "
        "4 rows with figures, waiting for approval."
    )
    assert (release.code, release.epsilon) == ("any_positive_screen", "1/2")
    assert (release.mechanism, release.smallest_roster) == ("discrete-laplace/1", 30)
    assert json.loads(release.report)["passed"] is True
    assert [(cell.unit_name, cell.roster) for cell in cells] == [
        ("Battalion", 144),
        ("A", 40),
        ("B", 40),
        ("C + HQ", 64),
        ("HQ", 24),
    ]
    assert len(lines) == 144
    assert {(line.epsilon, line.day) for line in lines} == {("1/2", AT.date())}
    assert [event.act for event in events] == [Act.RELEASE_COMPUTED] * 2
    assert release.id in {event.resource_id for event in events}


def test_checks_that_were_due_are_written_exactly_and_charge_nobody(battalion):
    with transaction(battalion) as session:
        sent_out(session, "A", 17)

    said = release_period(battalion, **ASKED, at=AT)

    with snapshot(battalion) as session:
        release = session.scalars(select(Release).where(~BLURRED)).one()
        cells = session.scalars(cells_of(release)).all()
        charged = session.scalars(select(LedgerEntry.release_id)).all()
    assert "Battalion, screenings_due: 2026-01-01 to 2026-06-30 computed, 5 rows" in said[1]
    assert (release.code, release.epsilon, release.smallest_roster) == ("screenings_due", "0", 10)
    assert json.loads(release.report)["passed"] is True
    assert [(cell.unit_name, cell.roster, cell.count, cell.band) for cell in cells] == [
        ("Battalion", 144, 17, "exact"),
        ("A", 40, 17, "exact"),
        ("B", 40, 0, "exact"),
        ("C", 40, 0, "exact"),
        ("HQ", 24, 0, "exact"),
    ]
    assert [(cell.low, cell.high) for cell in cells[1:3]] == [(42.5, 42.5), (0, 0)]
    assert release.id not in charged


def sent_out(session, unit, people):
    """Some people of a unit leave on the last day of March, so a check was due before."""
    mission = Mission(id=new_key(), code="river", name="River Mission", site="Port Ansel")
    session.add(mission)
    session.flush()
    home = session.scalars(select(Unit).where(Unit.name == unit)).one()
    staff = select(Membership.person_id).where(Membership.unit_id == home.id)
    for person in session.scalars(staff.order_by(Membership.person_id).limit(people)):
        session.add(
            Deployment(
                id=new_key(),
                person_id=person,
                unit_id=home.id,
                mission_id=mission.id,
                from_day=date(2026, 3, 31),
                programme="us-2013/1",
            )
        )


def test_figures_add_up_and_a_row_without_one_is_wholly_empty(battalion):
    release_period(battalion, **ASKED, at=AT)

    with snapshot(battalion) as session:
        release = session.scalars(select(Release).where(BLURRED)).one()
        total, *parts = session.scalars(cells_of(release)).all()

    shown = [cell for cell in parts if cell.count is not None]
    [hidden] = [cell for cell in parts if cell.count is None]
    assert total.count == sum(cell.count for cell in shown)
    assert total.roster == sum(cell.roster for cell in shown)
    assert (hidden.unit_name, hidden.low, hidden.high, hidden.band) == ("HQ", None, None, None)
    assert all(0 <= cell.low < cell.high <= 100 for cell in (total, *shown))


def test_a_second_run_says_so_and_changes_nothing(battalion):
    release_period(battalion, **ASKED, at=AT)
    before = everything(battalion)

    said = release_period(battalion, **ASKED, at=AT + timedelta(days=1))

    assert said == [
        f"Battalion, {measure}: this period is released already; nothing has changed."
        for measure in Measure
    ]
    assert everything(battalion) == before


def test_a_period_that_overlaps_a_release_is_refused(battalion):
    release_period(battalion, **ASKED, at=AT)
    before = everything(battalion)

    with pytest.raises(PeriodOverlaps, match="2026-01-01 to 2026-06-30"):
        release_period(
            battalion,
            **ASKED | {"period": Period(date(2026, 6, 30), date(2026, 7, 1))},
            at=AT,
        )

    assert everything(battalion) == before


def test_of_two_runs_at_once_one_releases_and_the_other_says_so(battalion):
    with ThreadPoolExecutor(2) as runs:
        both = [runs.submit(release_period, battalion, **ASKED, at=AT) for _ in range(2)]
        said = sorted(sentence for run in both for sentence in run.result())

    assert [sentence.split()[-1] for sentence in said] == ["approval.", "changed."] * 2
    assert count(battalion, Release) == 2
    assert count(battalion, LedgerEntry) == 144


def test_a_long_joined_name_is_cut_to_fit(database):
    with transaction(database) as session:
        force = Force(session)
        root = force.unit("0001")
        for path, size in (("00010001", 40), ("00010002", 25), ("00010003", 40)):
            force.people(force.unit(path, root, name=path[-1] * 100), size)

    release_period(database, **ASKED, at=AT)

    with snapshot(database) as session:
        names = session.scalars(select(ReleaseCell.unit_name)).all()
    assert max(len(name) for name in names) == 120
    assert [name[-1] for name in names if len(name) == 120] == ["…"]


def test_a_site_that_is_not_set_up_is_told_so(database):
    with transaction(database) as session:
        session.execute(delete(Site))

    with pytest.raises(Refused, match="welfare setup"):
        release_period(database, **ASKED, at=AT)


def test_a_wrong_key_file_is_told_and_nothing_is_touched(battalion, tmp_path):
    before = everything(battalion)
    stranger = open_database(
        battalion.engine.url.render_as_string(hide_password=False),
        make_key_file(tmp_path / "other.json"),
    )

    with pytest.raises(WrongKeyFile):
        release_period(stranger, **ASKED, at=AT)

    stranger.engine.dispose()
    assert everything(battalion) == before
