"""The product in a process that can be killed, and members who send until they are answered."""

import http.client
import multiprocessing
import queue
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from waitress import create_server

from models.sealing import FileKeys
from models.session import open_database
from tests.factories import CALM, CRITICAL, Factory
from tests.faults.members import Task, is_critical
from welfare.app import create_app
from welfare.config import Settings
from welfare.web.forms import answer_fields

HOST = "127.0.0.1"
BROWSERS = 4
PATIENCE = 60.0
# A server of processes that has imported everything once; each kill then costs a fork.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.serving"])
RECEIPT = re.compile(r"/receipts/([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A member's form as their browser would send it, as often as it must."""

    task: Task
    path: str
    body: str
    cookies: str

    def send(self, port: int) -> str | None:
        """The id of the receipt; None if this time no good answer came."""
        line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            line.request("POST", self.path, self.body, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()
        found = RECEIPT.search(answer.headers.get("Location", ""))
        return found[1] if answer.status == 302 and found else None


def prepare(app: Flask, make: Factory, tasks: Sequence[Task]) -> list[Prepared]:
    """Every member signs in once and opens the last page of each screening."""
    tokens = {task.actor: "" for task in tasks}
    for actor in tokens:
        tokens[actor] = make.web_session(actor)
    return [_prepared(app, task, tokens[task.actor]) for task in tasks]


def _prepared(app: Flask, task: Task, token: str) -> Prepared:
    with app.test_request_context():
        form_token = generate_csrf()
        signed = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    answers = CRITICAL if is_critical(task) else CALM
    form = {
        "csrf_token": form_token,
        "submission_id": str(task.submission_id),
        **answer_fields({code: dict(given) for code, given in answers.items()}),
    }
    return Prepared(
        task,
        f"/en/me/screenings/{task.window_id}/send",
        urlencode(form),
        f"welfare={token}; {app.config['SESSION_COOKIE_NAME']}={signed}",
    )


class Browsers:
    """A few members at a time; each sends again, under the same id, until it is answered."""

    def __init__(self, port: int, forms: Sequence[Prepared]) -> None:
        self.acknowledged: dict[str, str] = {}
        self.contradicted: list[str] = []
        self.answered = threading.Event()
        self._port, self._is_over = port, threading.Event()
        self._waiting: queue.SimpleQueue[Prepared] = queue.SimpleQueue()
        for form in forms:
            self._waiting.put(form)
        self._threads = [threading.Thread(target=self._browse) for _ in range(BROWSERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self, *, all_of_it: bool) -> None:
        """What was begun is brought to its end; `all_of_it`: and what was not begun too."""
        if not all_of_it:
            self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def _browse(self) -> None:
        while not self._is_over.is_set():
            try:
                form = self._waiting.get_nowait()
            except queue.Empty:
                return
            while (receipt := form.send(self._port)) is None:
                time.sleep(0.005)
            self._note(str(form.task.submission_id), receipt)

    def _note(self, submission: str, receipt: str) -> None:
        if self.acknowledged.setdefault(submission, receipt) != receipt:
            self.contradicted.append(submission)
        self.answered.set()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(url: str, key_file: Path, port: int) -> Iterator[BaseProcess]:
    """A server in its own process, until the block ends; it may be killed earlier."""
    process = FORKS.Process(target=_serve, args=(url, str(key_file), port), daemon=True)
    process.start()
    try:
        _wait_for(port)
        yield process
    finally:
        process.kill()
        process.join(PATIENCE)


def _serve(url: str, key_file: str, port: int) -> None:
    database = open_database(url, FileKeys.read(Path(key_file)))
    app = create_app(Settings.from_environment({"WELFARE_PLAIN_HTTP": "yes"}), database)
    create_server(app, host=HOST, port=port, threads=BROWSERS).run()


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError):
            line = http.client.HTTPConnection(HOST, port, timeout=1)
            line.connect()
            line.close()
            return
        time.sleep(0.005)
    raise TimeoutError("the server did not start")
