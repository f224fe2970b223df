"""The keeper of the job loop: a loop that dies is noticed, told, and started again."""

import threading
import time

import pytest

from tests.factories import NOW
from welfare.jobs.keeper import Keeper

PATIENCE = 5.0


class Fault(Exception):
    """What nobody has thought of."""


class Loop:
    """Dies as often as it is told, then works until it is stopped."""

    def __init__(self, deaths):
        self.deaths, self.lives = deaths, 0
        self.succeeded_at = None
        self._stopped = threading.Event()

    def run(self):
        self.lives += 1
        if self.lives <= self.deaths:
            raise Fault
        self.succeeded_at = NOW
        self._stopped.wait(PATIENCE)

    def stop(self):
        self._stopped.set()


@pytest.fixture
def kept(monkeypatch):
    told, started = [], []
    monkeypatch.setattr(threading, "excepthook", lambda ended: told.append(ended.exc_type))

    def start(deaths):
        keeper = Keeper(Loop(deaths), clock=lambda: NOW, wait=0.01)
        keeper.start()
        started.append(keeper)
        return keeper, told

    yield start
    for keeper in started:
        keeper.stop()
        assert not keeper.is_alive


def waited(condition):
    start = time.monotonic()
    while not condition() and time.monotonic() - start < PATIENCE:
        time.sleep(0.005)
    return condition()


def test_a_loop_that_works_is_left_alone(kept):
    keeper, told = kept(deaths=0)

    assert waited(lambda: keeper.succeeded_at == NOW)

    assert (keeper.died_at, told, keeper._loop.lives) == (None, [], 1)


def test_a_loop_that_dies_is_noticed_and_started_again(kept):
    keeper, told = kept(deaths=3)

    assert waited(lambda: keeper.succeeded_at == NOW)

    assert keeper.died_at == NOW
    assert keeper.is_alive
    assert told == [Fault] * 3


def test_a_loop_that_ends_because_it_is_told_has_not_died(kept):
    keeper, _ = kept(deaths=0)
    waited(lambda: keeper._loop.lives == 1)

    keeper.stop()

    assert keeper.died_at is None
    assert not keeper.is_alive
