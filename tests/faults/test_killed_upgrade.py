"""An upgrade that is killed at any moment can be run again: nothing is stuck, nothing is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic import command as alembic
from sqlalchemy import func, select, text

from models.base import Base
from models.sealing.key_file import keep_ring
from models.session import check_site, snapshot
from models.vocabulary import Role
from welfare.upkeep.schema import alembic_config, schema_is_current

ROOT = Path(__file__).parents[2]
KILLS = 12
PEOPLE = 40
ALERTS = 20
PATIENCE = 60.0
DICE = random.Random()  # noqa: S311 - when to kill; any moment is a fair one
UPGRADE = "from welfare.app import main; main(['upgrade', '--no-backup', '--force'])"


@pytest.fixture
def env(database, keys, tmp_path):
    key_file = tmp_path / "keys" / "welfare.key"
    keep_ring(key_file, keys.ring)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "WELFARE_ENVIRONMENT": "trial",
        "WELFARE_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "WELFARE_KEY_FILE": str(key_file),
    }


def start(env):
    """An upgrade that is about to take its first step, or one that has ended already."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", UPGRADE],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return process, process.stdout.readline()


def downgrade(database):
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "0006")
    database.engine.dispose()


def count_of(database):
    with snapshot(database) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


def upgraded(env):
    """Run until it ends by itself; what a killed one left on a server may last a moment."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        process, first = start(env)
        said, _ = process.communicate(timeout=PATIENCE)
        if process.returncode == 0:
            return True
        assert "under way" in first + said, first + said
        time.sleep(0.2)
    return False


@pytest.fixture
def before(database, make):
    """How many rows each table has, of a site that was then made one version older."""
    clinician = make.actor(Role.CLINICIAN)
    persons = [make.person() for _ in range(PEOPLE)]
    for person in persons[:ALERTS]:
        make.alert(person, clinician)
    counted = count_of(database)
    downgrade(database)
    return counted


def killed_in_the_middle(env):
    """Was it killed before it had ended?"""
    process, first = start(env)
    if first.startswith("Steps"):
        time.sleep(DICE.uniform(0.0, 0.25))
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def test_a_killed_upgrade_is_never_stuck(database, before, env):
    killed = 0

    for _ in range(KILLS):
        killed += killed_in_the_middle(env)
        if schema_is_current(database):
            downgrade(database)

    assert upgraded(env)
    assert killed > 0
    assert schema_is_current(database)
    assert count_of(database) == before
    with snapshot(database) as session:
        assert check_site(session)
    assert damage_of(database) == []


def damage_of(database):
    """What SQLite finds wrong with its own file; a server looks after that itself."""
    if database.engine.dialect.name == "postgresql":
        return []
    with database.engine.connect() as connection:
        found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        return [
            *connection.execute(text("PRAGMA foreign_key_check")),
            *(each for each in found if each != "ok"),
        ]
