"""A server in its own process: the real application or the bare floor, under the same waitress."""

import gc
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from flask import Flask
from sqlalchemy import Column, Date, DateTime, LargeBinary, MetaData, String, Table, insert
from waitress import create_server

from benchmarks.sites import Site, settings
from models.base import Key16, new_key
from models.session import WRITE, Database
from welfare.app import create_app
from welfare.serving import THREADS
from welfare.web import frame
from welfare.web.clock import now, today

HOST = "127.0.0.1"
SPAWN = multiprocessing.get_context("spawn")  # a fresh interpreter, as `welfare serve` is
FLOOR = Table(
    "bare_floor",
    MetaData(),
    Column("id", Key16, primary_key=True),
    Column("submission_id", Key16),
    Column("person_id", Key16),
    Column("unit_id", Key16),
    Column("day", Date),
    Column("at", DateTime(timezone=True)),
    Column("status", String(40)),
    Column("content", LargeBinary),
)
KEEP_ROW = insert(FLOOR)
CONTENT = bytes(100)


@contextmanager
def served(site: Site, make: Callable[[Database], Flask]) -> Iterator[int]:
    """The port at which another process serves this application over this site."""
    mine, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_serve, args=(site, make, theirs), daemon=True)
    process.start()
    theirs.close()  # else a server that cannot start would be waited for without end
    try:
        yield mine.recv()
    finally:
        process.terminate()
        process.join()


def real_app(database: Database) -> Flask:
    return create_app(settings(), database)


def ready_app(database: Database) -> Flask:
    """As `welfare serve` has it when it begins to listen."""
    app = real_app(database)
    frame.compile_templates(app)
    return app


def bare_app(database: Database) -> Flask:
    """The floor: a route that keeps one small row, durably, and nothing else."""
    app = Flask("bare")
    engine = database.engine.execution_options(sqlite_begin=WRITE)

    @app.post("/floor")
    def keep() -> str:
        with engine.begin() as connection:
            connection.execute(KEEP_ROW, small_row())
        return "kept"

    return app


def small_row() -> dict[str, object]:
    """As many columns as a kept screening has, with little in them."""
    return {
        "id": new_key(),
        "submission_id": new_key(),
        "person_id": new_key(),
        "unit_id": new_key(),
        "day": today(),
        "at": now(),
        "status": "kept",
        "content": CONTENT,
    }


def _serve(site: Site, make: Callable[[Database], Flask], told: Connection) -> None:
    server = create_server(make(site.open()), host=HOST, port=0, threads=THREADS, ident="")
    gc.freeze()  # as `welfare serve` does; the floor is served in the same way
    told.send(server.effective_port)
    server.run()
