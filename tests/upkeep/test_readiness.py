"""Whether the site is ready: each thing that can be wrong is told in a plain word."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command as alembic
from sqlalchemy import select, text

from models.base import new_key
from models.sealing import make_key_file
from models.session import open_database
from models.tables.audit import AuditEvent
from models.tables.letters import JobLease
from models.vocabulary import Act, AlertStatus, Decision, Role
from tests.factories import NOW
from welfare.cli.opening import alembic_config
from welfare.jobs import nudges
from welfare.upkeep.checks import State
from welfare.upkeep.readiness import Readiness, as_json, is_ready, look_at_jobs
from welfare.upkeep.site import look_at_database, look_at_room

MINUTE = timedelta(minutes=1)


@pytest.fixture
def readiness(database, key_file, keeper, clock, make, leased):
    """A site in full order, except that its jobs are not started."""
    _ = make.root
    return Readiness(database, key_file, keeper, clock)


def found(readiness):
    return {check.name: check for check in readiness.checks()}


def failing(readiness):
    return {name for name, check in found(readiness).items() if check.state is State.FAILED}


def test_a_site_in_order_is_ready(present, readiness, keeper, verified_backup):
    verified_backup(timedelta(hours=3))
    keeper.start()

    checks = readiness.checks()

    assert is_ready(checks), checks
    assert {check.name for check in checks if check.state is not State.WELL} <= {"disk"}


def test_what_is_told_names_each_check_with_a_plain_word(readiness):
    told = json.loads(as_json(readiness.checks()))

    assert told["ready"] is False  # its jobs do not run
    assert {"name": "database", "state": "well", "words": "can be reached"} in told["checks"]
    assert [check["name"] for check in told["checks"]] == [
        *("database", "schema", "writing", "key file", "clock", "lease", "mail", "work"),
        *("backup", "disk", "jobs"),
    ]


def test_a_database_that_is_away_is_told(readiness, keys, tmp_path):
    nowhere = open_database(f"sqlite:///{tmp_path / 'no' / 'such.db'}", keys)

    seen = failing(replace(readiness, database=nowhere))

    assert "database" in seen
    nowhere.engine.dispose()


def test_a_database_server_that_is_away_is_told(readiness, keys):
    nowhere = open_database("postgresql+psycopg://x@127.0.0.1:1/x", keys)

    seen = failing(replace(readiness, database=nowhere))

    assert "database" in seen
    nowhere.engine.dispose()


def test_a_database_of_an_older_version_is_told(readiness, database):
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "-1")

    assert "schema" in failing(readiness)
    assert "older version" in found(readiness)["schema"].words


def test_a_database_of_a_newer_version_is_told(readiness, database):
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert "newer version" in found(readiness)["schema"].words


def test_a_lost_or_foreign_or_damaged_key_file_is_told_while_the_site_runs(
    readiness, key_file, tmp_path
):
    assert "key file" not in failing(readiness)
    whole = key_file.read_text()

    key_file.unlink()
    assert "key file" in failing(readiness)

    make_key_file(tmp_path / "foreign.key")
    assert "key file" in failing(replace(readiness, key_file=tmp_path / "foreign.key"))

    key_file.write_text(whole[: len(whole) // 2])
    key_file.chmod(0o600)
    assert "key file" in failing(readiness)


@pytest.fixture
def reader(database, database_url, keys):
    """The same database, opened by somebody who may not change it."""
    if database.engine.dialect.name == "sqlite":
        path = database_url.removeprefix("sqlite:///")
        opened = open_database(f"sqlite:///file:{path}?mode=ro&uri=true", keys)
    else:
        role = f"reader_{new_key().hex}"
        with database.engine.begin() as connection:
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
            connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
        opened = open_database(database_url.replace("postgres:@", f"{role}:@"), keys)
    yield opened
    opened.engine.dispose()
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))


def test_a_database_that_takes_no_changes_is_told(readiness, reader):
    seen = {
        check.name: check.state
        for check in look_at_database(reader, key_file=readiness.key_file, at=NOW)
    }

    assert seen["writing"] is State.FAILED
    assert seen["database"] is State.WELL


def test_looking_leaves_nothing_behind(readiness, database):
    readiness.checks()

    with database.reading() as session:
        assert session.scalars(select(JobLease.name)).all() == [nudges.NAME]


def test_a_lease_that_nobody_holds_is_told(readiness, clock):
    assert "lease" not in failing(readiness)

    clock.at = NOW + MINUTE

    assert "lease" in failing(readiness)


def test_a_letter_that_has_waited_long_is_told_with_its_age(readiness, make, write_letter):
    clinician = make.actor(Role.CLINICIAN)
    write_letter(clinician, ago=4 * MINUTE)
    assert found(readiness)["mail"].state is State.WELL

    write_letter(clinician, ago=17 * MINUTE)

    assert found(readiness)["mail"].words.endswith("has waited 17 minutes")
    assert "mail" in failing(readiness)


def test_a_letter_that_is_no_longer_needed_does_not_count(readiness, make, write_letter):
    clinician = make.actor(Role.CLINICIAN)
    write_letter(
        clinician,
        ago=90 * MINUTE,
        status=AlertStatus.ACKNOWLEDGED,
        acknowledged_by=clinician.account_id,
        acknowledged_at=NOW,
    )

    assert found(readiness)["mail"].state is State.WELL


def test_work_past_its_time_is_a_warning_with_a_count_and_nothing_else(readiness, make):
    clinician = make.actor(Role.CLINICIAN)
    make.alert(make.person(), clinician, due_at=NOW + MINUTE)
    assert found(readiness)["work"].state is State.WELL

    make.alert(make.person(), clinician, due_at=NOW - MINUTE)
    make.alert(make.person(), clinician, due_at=NOW - MINUTE)

    assert found(readiness)["work"].words == "waits past its time: 2"
    assert found(readiness)["work"].state is State.WARNING


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (None, State.WARNING),
        (timedelta(hours=25), State.WELL),
        (timedelta(hours=27), State.WARNING),
    ],
)
def test_a_backup_that_was_not_verified_for_a_day_is_a_warning(
    readiness, verified_backup, ago, state
):
    if ago is not None:
        verified_backup(ago)

    assert found(readiness)["backup"].state is state


def test_a_clock_that_is_behind_the_trail_is_told(readiness, make, clock, database):
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event"))
    assert found(readiness)["clock"].state is not State.FAILED
    later = NOW + timedelta(hours=2)
    with make.kept() as session:
        session.add(event_at(later))

    assert "clock" in failing(readiness)


def event_at(moment):
    return AuditEvent(at=moment, act=Act.SITE_READ, decision=Decision.ALLOWED, request_id=new_key())


def test_a_folder_that_is_gone_is_told(keys, tmp_path):
    nowhere = open_database(f"sqlite:///{tmp_path / 'no' / 'such.db'}", keys)

    assert look_at_room(nowhere).state is State.FAILED


def test_jobs_that_have_not_ended_well_for_a_while_are_told(keeper, clock):
    keeper.start()
    assert look_at_jobs(keeper, at=NOW + MINUTE).state is State.WELL

    keeper._loop.succeeded_at = NOW

    assert look_at_jobs(keeper, at=NOW + 3 * MINUTE).state is State.FAILED
