"""`welfare upgrade`: what stands in the way is told before anything is touched."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from models.base import new_key
from models.session import transaction
from models.tables.lifecycle import BackupRun
from models.tables.people import Person
from tests.cli.test_opening import downgrade
from welfare.jobs import nudges
from welfare.services import leases
from welfare.upkeep.lock import only_one, only_upgrade
from welfare.upkeep.schema import schema_is_current, steps_to_take


@pytest.fixture
def older(database, make):
    """A site with a person, of the version before."""
    make.person()
    downgrade(database)
    return database


def people(database):
    with database.reading() as session:
        return len(session.scalars(select(Person.id)).all())


def test_an_older_site_is_brought_to_this_version_and_keeps_its_records(run, older):
    before = people(older)

    done = run("upgrade", "--no-backup")

    assert done.exit_code == 0, done.output
    assert "Steps to take:" in done.output
    assert done.output.endswith("the shape of this version, and the key file fits.\n")
    assert schema_is_current(older)
    assert people(older) == before


def test_the_steps_are_listed_in_the_order_in_which_they_are_taken(older):
    steps = [step.revision for step in steps_to_take(older)]

    assert steps == sorted(steps)
    assert len(steps) == 1


def test_a_site_of_this_version_has_nothing_to_do(run, make):
    _ = make.root

    done = run("upgrade")

    assert (done.exit_code, done.output) == (
        0,
        "The database has the shape of this version. Nothing to do.\n",
    )


def test_without_a_verified_backup_nothing_is_touched(run, older):
    done = run("upgrade")

    assert done.exit_code == 1
    assert "no backup verified within 24 hours" in done.output
    assert "Nothing has been changed." in done.output
    assert not schema_is_current(older)


@pytest.mark.parametrize(("hours", "is_enough"), [(23, True), (25, False)])
def test_a_backup_verified_within_a_day_is_enough(run, make, database, hours, is_enough):
    verified_at = datetime.now(UTC) - timedelta(hours=hours)
    with make.kept() as session:
        session.add(
            BackupRun(name=new_key().hex, made_at=verified_at, verified_at=verified_at, rows=1)
        )
    pretend_older(database)

    done = run("upgrade")

    assert ("no backup verified" in done.output) is not is_enough


def pretend_older(database):
    """It says that it is older, but its tables are there: the step will stop in the middle."""
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))


def test_a_step_that_stops_is_undone_and_told_in_words(run, make, database):
    _ = make.root
    pretend_older(database)

    done = run("upgrade", "--no-backup")

    assert done.exit_code == 1
    assert "The upgrade stopped in the middle" in done.output
    assert "run `welfare upgrade` again" in done.output
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [
            ("0006",)
        ]


def test_a_site_that_is_being_served_is_left_alone(run, older):
    if older.engine.dialect.name == "sqlite":
        with only_one(older):
            done = run("upgrade", "--no-backup", "--force")
        assert "Another process serves or upgrades this database" in done.output
    else:
        with transaction(older) as session:
            leases.take_lease(
                session,
                name=nudges.NAME,
                holder=new_key(),
                span=nudges.LEASE,
                at=datetime.now(UTC),
            )
        done = run("upgrade", "--no-backup")
        assert "A process is still serving this database" in done.output
        assert "Nothing has been changed." in done.output

    assert done.exit_code == 1
    assert not schema_is_current(older)


def test_a_lease_that_was_left_behind_can_be_overruled(run, older):
    with transaction(older) as session:
        leases.take_lease(
            session, name=nudges.NAME, holder=new_key(), span=nudges.LEASE, at=datetime.now(UTC)
        )

    assert run("upgrade", "--no-backup", "--force").exit_code == 0


def test_a_second_upgrade_at_the_same_time_is_refused(run, older):
    with only_upgrade(older):
        done = run("upgrade", "--no-backup", "--force")

    assert done.exit_code == 1
    assert "Another" in done.output
    assert not schema_is_current(older)


def test_a_database_of_a_newer_version_is_refused_by_every_command(run, make, database):
    _ = make.root
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for command in (("upgrade", "--no-backup"), ("db", "upgrade"), ("db", "check"), ("serve",)):
        done = run(*command)
        assert done.exit_code == 1
        assert "of a newer version than this program. Install that version" in done.output


def test_a_database_without_a_site_is_not_filled(run, database):
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM site"))

    done = run("upgrade", "--no-backup")

    assert done.exit_code == 1
    assert "not set up yet. Run `welfare setup`" in done.output


def test_a_disk_without_room_for_a_second_copy_is_told(run, older, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))

    done = run("upgrade", "--no-backup")

    if older.engine.dialect.name == "postgresql":
        assert done.exit_code == 0  # a server's disk cannot be seen from here
        return
    assert done.exit_code == 1
    assert "not enough room on the disk" in done.output
    assert not schema_is_current(older)
