"""A whole site as it is run: its own key and database, `welfare serve` in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.sealing import make_key_file
from models.session import Database, mark_site, open_database, transaction
from welfare.cli.database import upgrade_schema

SERVE = "from welfare.app import main; main()"
PATIENCE = 30.0  # seconds until a slow machine has started the program


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and its database for arranging and counting."""

    address: str
    database: Database


@contextmanager
def served(url: str, folder: Path) -> Iterator[Served]:
    """A new, empty site in this database, answering on a free port until the block ends."""
    database = open_database(url, make_key_file(folder / "welfare.key"))
    upgrade_schema(database)
    with transaction(database) as session:
        mark_site(session)
    port = _free_port()
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program, our own words
            [sys.executable, "-c", SERVE, "serve"],
            cwd=folder,
            env=_settings(url, folder, port),
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, process, folder / "serve.log")
        yield Served(f"http://127.0.0.1:{port}", database)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        database.engine.dispose()


def _settings(url: str, folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WELFARE_")}
    return kept | {
        "WELFARE_DATABASE_URL": url,
        "WELFARE_KEY_FILE": str(folder / "welfare.key"),
        "WELFARE_MAIL": f"file:{folder / 'outbox'}",
        "WELFARE_PLAIN_HTTP": "yes",
        "WELFARE_PORT": str(port),
        "WELFARE_SITE_URL": f"http://127.0.0.1:{port}/",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the site did not start: {log.read_text()}")
