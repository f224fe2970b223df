"""A site that is looked after: its key file, its job loop, and a clock that a test may set."""

from datetime import UTC, datetime, timedelta

import pytest

from models.base import new_key
from models.sealing.key_file import keep_ring
from models.session import transaction
from models.tables.letters import Letter
from models.tables.lifecycle import BackupRun
from models.vocabulary import LetterKind
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY, PostOffice
from welfare.jobs import nudges
from welfare.jobs.keeper import Keeper
from welfare.jobs.loop import Loop
from welfare.services import leases


class Clock:
    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def present(clock):
    """The real moment, as a database server knows it too."""
    clock.at = datetime.now(UTC)


@pytest.fixture
def post_office():
    return PostOffice()


@pytest.fixture
def key_file(keys, tmp_path):
    """The file of the keys with which the database fixtures are sealed."""
    path = tmp_path / "site.key"
    keep_ring(path, keys.ring)
    return path


@pytest.fixture
def keeper(database, post_office, clock):
    loop = Loop(database, mailer=post_office, stationery=STATIONERY, programme="un-contingent")
    kept = Keeper(loop, clock=clock, wait=0.01)
    yield kept
    if kept.is_alive:
        kept.stop()


@pytest.fixture
def write_letter(make):
    """A letter that was written some time ago and has not left."""

    def written(to, *, ago=timedelta(0), **of_alert):
        usual = {"next_nudge_at": NOW + timedelta(days=9)}
        alert = make.alert(make.person(), to, **usual | of_alert)
        with make.kept() as session:
            session.add(
                Letter(
                    kind=LetterKind.NUDGE,
                    recipient_id=to.account_id,
                    alert_id=alert.id,
                    written_at=NOW - ago,
                    next_try_at=NOW - ago,
                )
            )
        return alert

    return written


@pytest.fixture
def verified_backup(make):
    def verified(ago):
        with make.kept() as session:
            at = NOW - ago
            session.add(BackupRun(name=new_key().hex, made_at=at, verified_at=at, rows=1))

    return verified


@pytest.fixture
def leased(database, clock):
    """A worker took the lease a moment ago."""
    with transaction(database) as session:
        leases.take_lease(
            session, name=nudges.NAME, holder=new_key(), span=nudges.LEASE, at=clock.at
        )
