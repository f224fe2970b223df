"""The operators' own door: three addresses on this machine alone, on a port of their own."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from welfare.upkeep.measures import Measures
from welfare.upkeep.readiness import Readiness, as_json, is_ready

log = logging.getLogger(__name__)

HERE = "127.0.0.1"  # never an address that another machine reaches
SECONDS_TO_WAIT = 10
Answer = tuple[int, str, bytes]


class OperatorsPort(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, *, readiness: Readiness, measures: Measures) -> None:
        super().__init__((HERE, port), Door)
        self.answers: Mapping[str, Callable[[], Answer]] = {
            "/healthz": lambda: (200, "text/plain", b"alive\n"),
            "/readyz": lambda: _ready(readiness),
            "/metrics": lambda: (200, CONTENT_TYPE_LATEST, generate_latest(measures.registry)),
        }

    def handle_error(self, request: object, client_address: object) -> None:
        """A watcher who hangs up is no fault; of others the kind is told, and nothing they hold."""
        problem = sys.exception()
        if not isinstance(problem, ConnectionError | TimeoutError):
            log.error("the operators' port failed: %s", type(problem).__name__)


class Door(BaseHTTPRequestHandler):
    server: OperatorsPort
    timeout = SECONDS_TO_WAIT

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        answer = self.server.answers.get(self.path)
        status, kind, body = answer() if answer else (404, "text/plain", b"nothing here\n")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "welfare"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Who asks how the machine does is not written down."""


@contextmanager
def operators_port(port: int, *, readiness: Readiness, measures: Measures) -> Iterator[None]:
    """Open while the block runs; 0 means that there is none. Raises OSError if it is taken."""
    if not port:
        yield
        return
    with OperatorsPort(port, readiness=readiness, measures=measures) as server:
        thread = threading.Thread(target=server.serve_forever, name="operators", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _ready(readiness: Readiness) -> Answer:
    checks = readiness.checks()
    body = (as_json(checks) + "\n").encode()
    return (200 if is_ready(checks) else 503), "application/json", body
