"""`welfare serve`: a process of its own that answers, sends letters, and ends when it is told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

import pytest
from sqlalchemy import text

from models.tables.letters import Letter
from models.vocabulary import LetterKind, Role
from tests.factories import NOW

PATIENCE = 90.0  # a slow machine starts the program slowly
LOCAL = os.environ["PATH"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def metrics_port():
    return free_port()


@pytest.fixture
def start(env, port):
    started = []

    def begin(**more):
        here = env | {"WELFARE_PORT": str(port), "WELFARE_PLAIN_HTTP": "yes", "PATH": LOCAL}
        here |= {f"WELFARE_{name}": value for name, value in more.items()}
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", "from welfare.app import main; main(['serve'])"],
            env=here,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def answer(port, path="/en/sign-in"):
    """Status of a page, or None while nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    except OSError:
        return None
    finally:
        connection.close()


def waited(condition):
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        if condition():
            return True
        time.sleep(0.05)
    return False


def integrity(database):
    if database.engine.dialect.name == "postgresql":
        return "ok"
    with database.engine.connect() as connection:
        return connection.execute(text("PRAGMA integrity_check")).scalar_one()


def test_the_server_answers_and_ends_when_it_is_told(database, make, start, port):
    _ = make.root
    process = start()
    assert waited(lambda: answer(port) == 200), process.poll()

    process.send_signal(signal.SIGTERM)

    process.wait(timeout=10)
    assert process.returncode == 0
    assert answer(port) is None
    assert integrity(database) == "ok"


def test_a_letter_that_waits_leaves_when_the_server_starts(make, start, port, env):
    clinician = make.actor(Role.CLINICIAN)
    alert = make.alert(make.person(), clinician, next_nudge_at=NOW + timedelta(days=9))
    with make.kept() as session:
        session.add(
            Letter(
                kind=LetterKind.NUDGE,
                recipient_id=clinician.account_id,
                alert_id=alert.id,
                written_at=datetime.now(UTC),
                next_try_at=datetime.now(UTC),
            )
        )

    start()

    outbox = env["WELFARE_MAIL"].removeprefix("file:")
    assert waited(lambda: os.path.isdir(outbox) and os.listdir(outbox))  # noqa: PTH112, PTH208 - given as text


def test_a_port_that_is_taken_is_told(make, start, port):
    _ = make.root
    with socket.create_server(("127.0.0.1", port)):
        process = start()
        said, trouble = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert f"Port {port}" in trouble
    assert "Traceback" not in trouble + said


def told(process):
    """Everything it said, once it has ended."""
    said, trouble = process.communicate(timeout=PATIENCE)
    return said + trouble


def test_a_serving_site_becomes_ready_and_says_so_on_a_port_of_its_own(
    make, start, port, metrics_port
):
    make.reachable()
    start(METRICS_PORT=str(metrics_port))

    assert waited(lambda: answer(metrics_port, "/healthz") == 200)
    assert waited(lambda: answer(metrics_port, "/readyz") == 200)
    assert answer(metrics_port, "/metrics") == 200
    assert answer(port, "/metrics") == 404
    assert answer(port, "/healthz") == 404


def test_a_port_for_operators_that_is_taken_is_told(make, start, metrics_port):
    _ = make.root
    with socket.create_server(("127.0.0.1", metrics_port)):
        process = start(METRICS_PORT=str(metrics_port))
        said = told(process)

    assert process.returncode == 1
    assert f"Port {metrics_port} on 127.0.0.1 cannot be used. WELFARE_METRICS_PORT sets" in said


def test_a_second_process_is_refused_on_sqlite_and_welcome_on_a_server(database, make, start, port):
    _ = make.root
    start()
    assert waited(lambda: answer(port) == 200)
    other = free_port()

    second = start(PORT=str(other))

    if database.engine.dialect.name == "postgresql":
        assert waited(lambda: answer(other) == 200)
        return
    assert "With SQLite only one may. Stop the other one first" in told(second)
    assert second.returncode == 1
    assert answer(port) == 200


def test_in_production_every_line_of_the_log_is_json(make, start, metrics_port, port):
    _ = make.root
    process = start(
        ENVIRONMENT="production",
        PLAIN_HTTP="no",
        SITE_URL="https://harbour.example/",
        METRICS_PORT=str(metrics_port),
    )
    assert waited(lambda: answer(metrics_port, "/healthz") == 200), process.poll()

    process.send_signal(signal.SIGTERM)

    _, log = process.communicate(timeout=PATIENCE)
    events = [json.loads(line) for line in log.splitlines()]
    assert "WELFARE_MAIL: Letters only drop into a folder. Nobody is told of anything." in [
        event["message"] for event in events
    ]
    assert {"time", "level", "logger", "message"} == set.union(*map(set, events))
