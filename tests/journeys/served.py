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
PATIENCE = 90.0  # seconds until a slow machine has started the program


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and its database for arranging and counting."""

    address: str
    database: Database

    @property
    def by_name(self) -> str:
        """Passkeys belong to a name, never to a number."""
        return self.address.replace("127.0.0.1", "localhost")


@contextmanager
def served(url: str, folder: Path) -> Iterator[Served]:
    """A new, empty site in this database, answering on a free port until the block ends."""
    database = open_database(url, make_key_file(_key_file(folder)))
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
        "WELFARE_KEY_FILE": str(_key_file(folder)),
        "WELFARE_MAIL": f"file:{folder / 'outbox'}",
        "WELFARE_ENVIRONMENT": "trial",
        "WELFARE_LANGUAGES": "en,fr,ar",
        "WELFARE_PLAIN_HTTP": "yes",
        "WELFARE_PORT": str(port),
        "WELFARE_SITE_URL": f"http://localhost:{port}/",
    }


def _key_file(folder: Path) -> Path:
    """Beside the data folder, as the program insists."""
    return folder.parent / f"{folder.name}-keys" / "welfare.key"


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
