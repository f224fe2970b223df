"""The door out: written once, whole or not at all, never over anybody's allowance."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from analytics.commands.release import ByCommand, release_period
from analytics.publish import (
    AlreadyReleased,
    Audience,
    GateClosed,
    OverTheCap,
    PeriodOverlaps,
    Refused,
    publish,
)
from analytics.release.calendar import Period, PeriodNotClosed, last_half_year
from analytics.release.gate import examine
from analytics.release.leaves import UnitNode
from analytics.release.ledger import DEFAULT
from analytics.release.mechanism import make_safe
from analytics.release.noise import DiscreteLaplace
from models.sealing import make_key_file
from models.session import WrongKeyFile, open_database, snapshot, transaction
from models.tables.audit import AuditEvent, Site
from models.tables.releases import LedgerEntry, Release, ReleaseCell
from models.vocabulary import Act
from tests.analytics.force import Force
from tests.analytics.steady_noise import SteadyNoise

PERIOD = Period(date(2026, 1, 1), date(2026, 6, 30))
AT = datetime(2026, 7, 2, tzinfo=UTC)
HALF = Fraction(1, 2)


@pytest.fixture
def battalion(database):
    """Three companies of 40, a headquarters of 24, two people in ten positive."""
    with transaction(database) as session:
        force = Force(session)
        root = force.unit("0001", name="Battalion")
        names = {"00010001": "A", "00010002": "B", "00010003": "C", "00010004": "HQ"}
        for path, name in names.items():
            unit = force.unit(path, root, name=name)
            for number, person in enumerate(force.people(unit, 24 if name == "HQ" else 40)):
                force.screening(person, unit, day=date(2026, 2, 3), phq_9=3 * (number % 5 == 0))
    return database


def everything(database):
    with snapshot(database) as session:
        return {
            table.__tablename__: session.execute(
                select(*table.__table__.columns).order_by(table.id)
            ).all()
            for table in (Release, ReleaseCell, LedgerEntry, AuditEvent)
        }


def count(database, table):
    with snapshot(database) as session:
        return session.scalar(select(func.count()).select_from(table))


def audience(force_root, people=()):
    unit = UnitNode("0001", None, "Battalion")
    return Audience(force_root, {"0001": force_root}, [unit], {"0001": 40}, people)


def one_unit(noise, people=40):
    return make_safe(
        measure="any_positive_screen",
        units=[UnitNode("0001", None, "Battalion")],
        strengths={"0001": people},
        positives={"0001": 5},
        noise=noise,
    )


def put(session, root, *, people, table=None, period=PERIOD, at=AT):
    table = table or one_unit(DiscreteLaplace(HALF))
    return publish(
        session,
        by=ByCommand(),
        table=table,
        report=examine(table, strengths={"0001": 40}, floor=30),
        audience=audience(root, people),
        period=period,
        input_digest=b"d" * 32,
        allowance=DEFAULT,
        at=at,
    )


def test_a_release_is_written_whole(battalion):
    said = release_period(battalion, period=PERIOD, at=AT)

    with snapshot(battalion) as session:
        release = session.scalars(select(Release)).one()
        cells = session.scalars(select(ReleaseCell).order_by(ReleaseCell.unit_path)).all()
        lines = session.scalars(select(LedgerEntry)).all()
        event = session.scalars(select(AuditEvent)).one()
    assert said == [
        "Battalion: 2026-01-01 to 2026-06-30 computed, 4 rows with figures, waiting for approval."
    ]
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
    assert (event.act, event.resource_id) == (Act.RELEASE_COMPUTED, release.id)


def test_figures_add_up_and_a_row_without_one_is_wholly_empty(battalion):
    release_period(battalion, period=PERIOD, at=AT)

    with snapshot(battalion) as session:
        total, *parts = session.scalars(select(ReleaseCell).order_by(ReleaseCell.unit_path)).all()

    shown = [cell for cell in parts if cell.count is not None]
    [hidden] = [cell for cell in parts if cell.count is None]
    assert total.count == sum(cell.count for cell in shown)
    assert total.roster == sum(cell.roster for cell in shown)
    assert (hidden.unit_name, hidden.low, hidden.high, hidden.band) == ("HQ", None, None, None)
    assert all(0 <= cell.low < cell.high <= 100 for cell in (total, *shown))


def test_a_second_run_says_so_and_changes_nothing(battalion):
    release_period(battalion, period=PERIOD, at=AT)
    before = everything(battalion)

    said = release_period(battalion, period=PERIOD, at=AT + timedelta(days=1))

    assert said == ["Battalion: this period is released already; nothing has changed."]
    assert everything(battalion) == before


def test_a_period_that_overlaps_a_release_is_refused(battalion):
    release_period(battalion, period=PERIOD, at=AT)
    before = everything(battalion)

    with pytest.raises(PeriodOverlaps, match="2026-01-01 to 2026-06-30"):
        release_period(battalion, period=Period(date(2026, 6, 30), date(2026, 7, 1)), at=AT)

    assert everything(battalion) == before


@pytest.fixture
def unit(database):
    """One unit of 40, ready to be released."""
    with transaction(database) as session:
        force = Force(session)
        root = force.unit("0001", name="Battalion")
        people = force.people(root, 40)
    return root.id, people


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


def test_a_table_that_the_gate_broke_is_never_written(database, unit):
    root, people = unit
    exact = one_unit(SteadyNoise(bound=0))

    with pytest.raises(GateClosed), transaction(database) as session:
        put(session, root, people=people, table=exact)

    assert count(database, Release) == count(database, AuditEvent) == 0


def test_a_release_without_a_figure_charges_nobody_and_is_still_kept(database):
    with transaction(database) as session:
        force = Force(session)
        force.people(force.unit("0001", name="Small"), 29)

    release_period(database, period=PERIOD, at=AT)

    assert count(database, Release) == 1
    assert count(database, LedgerEntry) == 0
    with snapshot(database) as session:
        assert session.scalars(select(ReleaseCell)).one().count is None


def test_of_two_runs_at_once_one_releases_and_the_other_says_so(battalion):
    with ThreadPoolExecutor(2) as runs:
        both = [runs.submit(release_period, battalion, period=PERIOD, at=AT) for _ in range(2)]
        said = sorted(run.result()[0] for run in both)

    assert [sentence.split()[-1] for sentence in said] == ["approval.", "changed."]
    assert count(battalion, Release) == 1
    assert count(battalion, LedgerEntry) == 144


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


def test_a_period_that_is_released_is_not_published_again(database, unit):
    root, people = unit
    with transaction(database) as session:
        put(session, root, people=people)

    with pytest.raises(AlreadyReleased), transaction(database) as session:
        put(session, root, people=people)

    assert count(database, Release) == 1


def test_a_run_that_breaks_half_way_leaves_nothing(database, unit):
    root, people = unit

    with pytest.raises(ZeroDivisionError), transaction(database) as session:
        put(session, root, people=people)
        raise ZeroDivisionError

    assert [count(database, table) for table in (Release, ReleaseCell, LedgerEntry)] == [0, 0, 0]


@pytest.mark.parametrize("table", [Release, ReleaseCell, LedgerEntry])
def test_the_database_refuses_to_change_what_was_released(database, unit, table):
    root, people = unit
    with transaction(database) as session:
        put(session, root, people=people)

    for change in ("UPDATE {} SET id = id", "DELETE FROM {}"):
        with pytest.raises(DBAPIError, match="never changed"), transaction(database) as session:
            session.execute(text(change.format(table.__tablename__)))


def test_the_input_is_kept_only_under_a_key_of_the_release(database, unit):
    root, people = unit
    periods = [Period(date(year, 1, 1), date(year, 6, 30)) for year in (2024, 2025)]

    with transaction(database) as session:
        one, two = (put(session, root, people=people, period=period) for period in periods)

    assert len({one.input_mac, two.input_mac, b"d" * 32}) == 3


def test_a_long_joined_name_is_cut_to_fit(database):
    with transaction(database) as session:
        force = Force(session)
        root = force.unit("0001")
        for path, size in (("00010001", 40), ("00010002", 25), ("00010003", 40)):
            force.people(force.unit(path, root, name=path[-1] * 100), size)

    release_period(database, period=PERIOD, at=AT)

    with snapshot(database) as session:
        names = session.scalars(select(ReleaseCell.unit_name)).all()
    assert max(len(name) for name in names) == 120
    assert [name[-1] for name in names if len(name) == 120] == ["…"]


def test_a_site_that_is_not_set_up_is_told_so(database):
    with transaction(database) as session:
        session.execute(delete(Site))

    with pytest.raises(Refused, match="welfare setup"):
        release_period(database, period=PERIOD, at=AT)


def test_a_wrong_key_file_is_told_and_nothing_is_touched(battalion, tmp_path):
    before = everything(battalion)
    stranger = open_database(
        battalion.engine.url.render_as_string(hide_password=False),
        make_key_file(tmp_path / "other.json"),
    )

    with pytest.raises(WrongKeyFile):
        release_period(stranger, period=PERIOD, at=AT)

    stranger.engine.dispose()
    assert everything(battalion) == before


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 21), (date(2026, 1, 1), date(2026, 6, 30))),
        (date(2026, 7, 1), (date(2026, 1, 1), date(2026, 6, 30))),
        (date(2026, 6, 30), (date(2025, 7, 1), date(2025, 12, 31))),
        (date(2026, 1, 1), (date(2025, 7, 1), date(2025, 12, 31))),
    ],
)
def test_the_default_period_is_the_last_closed_half_year(on, expected):
    period = last_half_year(on=on)

    period.must_be_closed(on=on)
    assert (period.first, period.last) == expected


def test_a_period_that_still_runs_or_is_empty_is_refused():
    with pytest.raises(PeriodNotClosed, match="not over"):
        PERIOD.must_be_closed(on=PERIOD.last)
    with pytest.raises(PeriodNotClosed):
        Period(PERIOD.last, PERIOD.first)
