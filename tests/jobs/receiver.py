"""Another program that takes webhooks: a real server on this machine, good or bad as told."""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """`status`: what it answers. `silent`: it takes the words and never answers."""

    url: str = ""
    status: int = 204
    silent: bool = False
    told: list[dict[str, str]] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def is_signed_with(self, secret: str) -> bool:
        """As a receiver checks it."""
        digest = hmac.new(secret.encode(), self.bodies[-1], "sha256").hexdigest()
        return hmac.compare_digest(self.signatures[-1], f"sha256={digest}")


class Door(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        self._answer()

    def do_POST(self) -> None:  # noqa: N802 - the library's name
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if receiver.silent:
            receiver.goes_on.wait(30)
            return
        if receiver.status < 300:
            receiver.told.append(json.loads(body))
        receiver.bodies.append(body)
        receiver.signatures.append(self.headers.get("X-Welfare-Signature", ""))
        self._answer()

    def _answer(self) -> None:
        self.server.receiver.asked.append(self.path)
        self.send_response(self.server.receiver.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """A test says enough."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.receiver = Receiver(f"http://127.0.0.1:{self.server_port}/in")

    def handle_error(self, *_args: Any) -> None:
        """Some come without what they should bring, as tests want."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.receiver
    finally:
        server.receiver.goes_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
