"""One process serves an embedded database; one at a time upgrades any."""

import os
import signal
import subprocess
import sys

import pytest

from welfare.upkeep.lock import CannotServe, only_one, only_upgrade

HOLDS = """
import sys, time
from models.session import open_database
from welfare.upkeep.lock import only_one
with only_one(open_database(sys.argv[1], None)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_one_is_refused_on_an_embedded_database_and_welcome_on_a_server(database):
    with only_one(database):
        if database.engine.dialect.name == "postgresql":
            with only_one(database):
                return
        with pytest.raises(CannotServe, match="Another process"), only_one(database):
            pass

    with only_one(database):
        pass


def test_two_upgrades_never_run_at_once(database):
    with (
        only_upgrade(database),
        pytest.raises(CannotServe, match="Another"),
        only_upgrade(database),
    ):
        pass

    with only_upgrade(database):
        pass


def test_an_error_inside_is_not_taken_for_another_process(database):
    with pytest.raises(BlockingIOError), only_one(database):
        raise BlockingIOError


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_killed_process_leaves_no_lock_behind(database, database_url):
    holder = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", HOLDS, database_url], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(CannotServe), only_one(database):
        pass

    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()

    with only_one(database):
        pass
