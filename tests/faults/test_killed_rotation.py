"""Rotation killed at any moment, while people are enrolled and read: nothing is ever unreadable."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import vault
from models.enrolment import Newcomer, enrol_many
from models.sealing import FileKeys, keep_ring
from models.session import check_site
from models.tables.people import Identity, Person, PersonKey
from models.tables.places import Unit
from tests.factories import NOW, TODAY

ROOT = Path(__file__).parents[2]
KILLS = 10  # on each of two databases
PEOPLE = 300
LONGEST = 0.8  # seconds until a kill; a rotation takes longer
DICE = random.Random()  # noqa: S311 - when to kill, and whom to read


@pytest.fixture
def key_file(keys, tmp_path):
    path = tmp_path / "keys" / "welfare.key"
    keep_ring(path, keys.ring)
    return path


@pytest.fixture
def serving(database, key_file, make):
    """The site as a serving process has it: it has read the key file once, long ago."""
    site = replace(database, keys=FileKeys.read(key_file))
    enrol_some(site, make.root, PEOPLE)
    return site


def enrol_some(site, unit, number):
    with site.writing() as session:
        home = session.get_one(Unit, unit.id)
        newcomers = [
            Newcomer(
                unit=home,
                since=TODAY,
                facts={"birth_year": 1990},
                identity={"given": "Adan", "family": "Marrow"},
            )
            for _ in range(number)
        ]
        made = enrol_many(session, newcomers=newcomers, at=NOW)
        session.commit()
        return [each.person.id for each in made]


class Busy(threading.Thread):
    """Enrols somebody, reads somebody, and again, until told to stop."""

    def __init__(self, site, unit):
        super().__init__()
        self.site, self.unit = site, unit
        self.stop, self.problems = threading.Event(), []
        self.enrolled = self.read = 0

    def run(self):
        while not self.stop.is_set():
            try:
                (new,) = enrol_some(self.site, self.unit, 1)
                self.enrolled += 1
                self.read += opened(self.site, [new, self.somebody()])
            except Exception as problem:
                self.problems.append(problem)
                return
            time.sleep(0.01)

    def somebody(self):
        with self.site.reading() as session:
            return session.scalar(
                select(Person.id).order_by(Person.id).offset(DICE.randrange(PEOPLE)).limit(1)
            )


def opened(site, person_ids):
    """Read them as a page does; how many were read."""
    with site.reading() as session:
        for person_id in person_ids:
            key = vault.key_for(session, person_id=person_id)
            person = session.get_one(Person, person_id)
            assert vault.opened(key, person, "facts") == {"birth_year": 1990}
            assert vault.opened(key, session.get_one(Identity, person_id), "content")
    return len(person_ids)


@pytest.fixture
def rotator(database, key_file):
    """Begins a rotation as often as it is asked, each in a process of its own."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.faults.rotator"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "WELFARE_ENVIRONMENT": "trial",
            "WELFARE_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "WELFARE_KEY_FILE": str(key_file),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.communicate(timeout=30)


def rotate(rotator, *, kill_after=None):
    """One rotation, perhaps killed; how it ended."""
    rotator.stdin.write("\n")
    rotator.stdin.flush()
    child = int(rotator.stdout.readline().removeprefix("begun "))
    if kill_after is not None:
        time.sleep(kill_after)
        with suppress(ProcessLookupError):  # it was done before
            os.kill(child, signal.SIGKILL)
    return int(rotator.stdout.readline().removeprefix("ended "))


def test_a_rotation_killed_at_any_moment_leaves_nothing_unreadable(
    database, serving, key_file, rotator, make
):
    busy = Busy(serving, make.root)
    busy.start()
    endings = []

    for _ in range(KILLS):
        endings.append(rotate(rotator, kill_after=DICE.uniform(0, LONGEST)))
        everybody_opens(replace(database, keys=FileKeys.read(key_file)))
    at_last = rotate(rotator)
    busy.stop.set()
    busy.join(30)

    assert busy.problems == []
    assert at_last == 0
    assert endings.count(-signal.SIGKILL) >= KILLS // 2
    assert min(busy.enrolled, busy.read) > 0
    fresh = replace(database, keys=FileKeys.read(key_file))
    assert everybody_opens(fresh) == PEOPLE + busy.enrolled
    with fresh.reading() as session:
        assert check_site(session)
        assert session.scalars(select(PersonKey.wrapping_id).distinct()).all() == [
            fresh.keys.wrapping_id
        ]
    assert [each.name for each in key_file.parent.iterdir()] == [key_file.name]


def everybody_opens(site):
    with site.reading() as session:
        people = session.scalars(select(Person)).all()
        facts = vault.opened_all(session, rows=people, column="facts")
        assert session.scalar(select(func.count()).select_from(PersonKey)) == len(people)
    assert all(each == {"birth_year": 1990} for each in facts)
    return len(people)
