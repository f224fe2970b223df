"""Killed at any moment: nothing acknowledged is lost, nothing is doubled, nothing is half there."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from models.base import new_key
from models.instruments.payload import unpack
from models.sealing.keys import FORMAT
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.screenings import Screening, Window
from models.vault import opened_all
from models.vocabulary import Act, Phase, Role
from tests.factories import TODAY

ROOT = Path(__file__).parents[2]
KILLS = 5
WINDOWS = 900
DICE = random.Random()  # noqa: S311 - when to kill; any moment is a fair one


@pytest.fixture
def key_file(keys, tmp_path):
    path, current = tmp_path / "welfare.key", keys.wrapping_id
    wrapping = {current: b64encode(keys.wrapping_key(current)).decode()}
    root = b64encode(keys._root).decode()
    path.write_text(
        json.dumps({"format": FORMAT, "current": current, "wrapping": wrapping, "root": root})
    )
    path.chmod(0o600)
    return path


@pytest.fixture
def work(make):
    """Windows to be answered: whose, and the id that their submission will carry."""
    make.duty(make.actor(Role.CLINICIAN), make.root)
    members = [make.actor() for _ in range(3)]
    planned = []
    with make.kept() as session:
        for number in range(WINDOWS):
            member = members[number % len(members)]
            window = Window(
                id=new_key(),
                person_id=member.person_id,
                programme="un-contingent/1",
                code=f"w{number}",
                phase=Phase.POST,
                opens_on=TODAY - timedelta(days=1),
                due_by=TODAY + timedelta(days=1),
            )
            session.add(window)
            ids = (member.account_id, member.person_id, window.id, new_key())
            account, person, key, submission = map(str, ids)
            planned.append([account, person, member.unit_path, key, submission])
    return planned


def start(database, key_file, windows):
    url = database.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.faults.writer", url, str(key_file)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(json.dumps(windows) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"
    return process


def kill_soon(process):
    """Submission to screening id, for everything that was acknowledged before the kill."""
    first = process.stdout.readline()  # under load before it is struck
    time.sleep(DICE.uniform(0.05, 0.5))
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=30)
    lines = [line.split() for line in (first + rest).splitlines()]
    return {line[1]: line[2] for line in lines if len(line) == 3}


def test_a_killed_writer_loses_and_doubles_nothing(database, key_file, work):
    acknowledged = {}

    for _ in range(KILLS):
        # as a browser does: whatever was not acknowledged is sent again, under the same id
        left = [each for each in work if each[4] not in acknowledged]
        acknowledged |= kill_soon(start(database, key_file, left))

    with database.reading() as session:
        kept = session.scalars(select(Screening)).all()
        payloads = opened_all(session, rows=kept, column="payload")
        alerts = session.scalars(select(Alert.screening_id)).all()
        counted = select(AuditEvent.act, func.count()).group_by(AuditEvent.act)
        acts = {act: number for act, number in session.execute(counted)}
    there = {str(each.submission_id): str(each.id) for each in kept}
    critical = {
        each.id
        for each, content in zip(kept, payloads, strict=True)
        if unpack(content).critical_items
    }
    assert len(acknowledged) >= KILLS
    assert {name: there.get(name) for name in acknowledged} == acknowledged
    assert len(kept) == len(there) <= len(acknowledged) + KILLS  # one in flight for each kill
    assert sorted(map(str, alerts)) == sorted(map(str, critical))  # no critical answer alone
    assert acts[Act.SCREENING_SENT] == len(kept)
    assert acts[Act.ALERT_RAISED] == len(alerts)
    assert soundness(database) == "ok"


def soundness(database):
    if database.engine.dialect.name == "postgresql":
        return "ok"  # a server checks its own pages; the figures above are the test
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        return connection.execute(text("PRAGMA integrity_check")).scalar_one()
