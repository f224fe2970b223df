"""A few browsers on keep-alive connections, in a process of their own."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.serving import HOST, SPAWN

CONNECTIONS = 4
CHUNK = 65536
END = b"\r\n\r\n"
LENGTH = b"content-length:"


class WrongAnswer(Exception):
    """The server did not answer as it should; then its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Round:
    """How one round went: requests in a second of wall time, and the time of each, in ms."""

    rate: float
    times: list[float]


class Clients:
    """Sends prepared requests; whoever is free takes the next."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def send(self, port: int, requests: list[bytes], expected: bytes) -> Round:
        """Raises WrongAnswer at the first answer whose status line lacks `expected`."""
        return self._pool.submit(send_all, port, requests, expected).result()


@contextmanager
def clients() -> Iterator[Clients]:
    with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        yield Clients(pool)


def request(path: str, form: str, cookies: str = "") -> bytes:
    """The bytes of one POST, as a browser would send it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookies}\r\n"
        "Sec-Fetch-Site: same-origin\r\nAccept-Encoding: gzip\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n"
    )
    return (head + form).encode()


def send_all(port: int, requests: list[bytes], expected: bytes) -> Round:
    waiting, lock = iter(requests), threading.Lock()

    def browse(_number: int) -> list[float]:
        times = []
        with socket.create_connection((HOST, port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (prepared := _next(waiting, lock)) is not None:
                began = time.perf_counter()
                connection.sendall(prepared)
                _insist(_answer(connection), expected)
                times.append((time.perf_counter() - began) * 1000)
        return times

    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as browsers:
        each = list(browsers.map(browse, range(CONNECTIONS)))
    took = time.perf_counter() - began
    return Round(len(requests) / took, [time for times in each for time in times])


def _next(waiting: Iterator[bytes], lock: threading.Lock) -> bytes | None:
    with lock:
        return next(waiting, None)


def _insist(status: bytes, expected: bytes) -> None:
    if expected not in status:
        raise WrongAnswer(status)


def _answer(connection: socket.socket) -> bytes:
    """Read one whole answer; returns its status line."""
    got = b""
    while END not in got:
        got += _more(connection)
    head, _, body = got.partition(END)
    status, *lines = head.split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.lower().startswith(LENGTH)), 0)
    while len(body) < length:
        body += _more(connection)
    return status


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(CHUNK)
    if not chunk:
        raise WrongAnswer("the connection was closed")
    return chunk
