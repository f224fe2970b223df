"""A satellite link at its worst: it cuts, delays and doubles what is sent over it."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

HOST = "127.0.0.1"
END = b"\r\n\r\n"
LENGTH = b"content-length:"
SLOWEST = 0.05  # seconds; longer than another member needs, so that the order changes too


class BadLine:
    """Stands between browsers and a server. What it does to each request is a roll of dice."""

    def __init__(self, server_port: int, seed: int) -> None:
        self.suffered: Counter[str] = Counter()
        self._server_port = server_port
        self._dice = random.Random(seed)  # noqa: S311 - bad luck, no secret
        self._echoes: list[threading.Thread] = []
        self._door = socket.create_server((HOST, 0), backlog=64)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()
        for echo in self._echoes:
            echo.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _address = self._door.accept()
                threading.Thread(target=self._carry, args=(visitor,), daemon=True).start()

    def _carry(self, visitor: socket.socket) -> None:
        fate = self._dice.choice(list(FATES))
        self.suffered[fate.__name__] += 1
        with visitor, suppress(OSError):
            fate(self, visitor, _whole(visitor))

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection((HOST, self._server_port)) as server:
            server.sendall(request)
            return _whole(server)

    def arrives(self, visitor: socket.socket, request: bytes) -> None:
        visitor.sendall(self._ask(request))

    def never_arrives(self, _visitor: socket.socket, _request: bytes) -> None:
        """Cut before anything got through."""

    def arrives_in_half(self, _visitor: socket.socket, request: bytes) -> None:
        with socket.create_connection((HOST, self._server_port)) as server:
            server.sendall(request[: self._dice.randrange(1, len(request))])

    def answer_is_lost(self, _visitor: socket.socket, request: bytes) -> None:
        """The worst one: it is kept, and the member does not know."""
        self._ask(request)

    def comes_late(self, visitor: socket.socket, request: bytes) -> None:
        time.sleep(self._dice.uniform(0, SLOWEST))
        visitor.sendall(self._ask(request))

    def comes_twice_at_once(self, visitor: socket.socket, request: bytes) -> None:
        self._echo(request, 0)
        visitor.sendall(self._ask(request))

    def comes_again_later(self, visitor: socket.socket, request: bytes) -> None:
        visitor.sendall(self._ask(request))
        self._echo(request, self._dice.uniform(0, SLOWEST))

    def lost_and_comes_again_later(self, _visitor: socket.socket, request: bytes) -> None:
        self._echo(request, self._dice.uniform(0, SLOWEST))

    def _echo(self, request: bytes, after: float) -> None:
        def repeat() -> None:
            time.sleep(after)
            with suppress(OSError):
                self._ask(request)

        thread = threading.Thread(target=repeat)
        self._echoes.append(thread)
        thread.start()


FATES: tuple[Callable[[BadLine, socket.socket, bytes], None], ...] = (
    BadLine.arrives,
    BadLine.never_arrives,
    BadLine.arrives_in_half,
    BadLine.answer_is_lost,
    BadLine.comes_late,
    BadLine.comes_twice_at_once,
    BadLine.comes_again_later,
    BadLine.lost_and_comes_again_later,
)


def _whole(line: socket.socket) -> bytes:
    """One whole message: its head, and as much as the head says."""
    got = b""
    while END not in got:
        got += _more(line)
    head, _end, body = got.partition(END)
    lines = head.lower().split(b"\r\n")
    length = next((int(each[len(LENGTH) :]) for each in lines if each.startswith(LENGTH)), 0)
    while len(body) < length:
        body += _more(line)
    return head + END + body


def _more(line: socket.socket) -> bytes:
    got = line.recv(65536)
    if not got:
        raise ConnectionResetError
    return got
