"""Serving: the pages, the job loop and the operators' port in one process, until it is stopped."""

import gc
import signal
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import click
from waitress import create_server
from waitress.server import BaseWSGIServer

from models.session import Database
from welfare.config import Settings
from welfare.jobs.keeper import Keeper
from welfare.upkeep.lock import CannotServe, only_one
from welfare.upkeep.measures import Measures, Pages
from welfare.upkeep.port import operators_port
from welfare.upkeep.readiness import Readiness

THREADS = 8
LARGEST_IN_MEMORY = 2 * 1024 * 1024  # a body that is allowed at all never touches the disk
METRICS_PORT_TAKEN = "Port {} on 127.0.0.1 cannot be used. WELFARE_METRICS_PORT sets another."


def _now() -> datetime:
    return datetime.now(UTC)


def serve_pages(
    pages: Pages,
    keeper: Keeper,
    *,
    settings: Settings,
    database: Database,
    clock: Callable[[], datetime] = _now,
) -> None:
    """Raises click.ClickException where a port or the database is taken by another process."""
    measures = Measures()
    measures.watch(database, keeper, clock)
    readiness = Readiness(database, settings.key_file, keeper, clock)
    with ExitStack() as held:
        try:
            held.enter_context(only_one(database))
            held.enter_context(
                operators_port(settings.metrics_port, readiness=readiness, measures=measures)
            )
        except CannotServe as reason:
            raise click.ClickException(str(reason)) from None
        except OSError:
            raise click.ClickException(METRICS_PORT_TAKEN.format(settings.metrics_port)) from None
        server = _listening(measures.counted(pages), settings)
        gc.freeze()  # what is there now stays: no later collection need look through it again
        signal.signal(signal.SIGTERM, _stop)
        keeper.start()
        click.echo(f"Serving on http://{settings.host}:{settings.port}/ - stop with Ctrl-C.")
        try:
            server.run()
        finally:
            keeper.stop()


def _stop(_signal: int, _frame: object) -> None:
    """Asked to end: answer what is being answered, give the lease back, then go."""
    raise SystemExit


def _proxy(settings: Settings) -> dict[str, Any]:
    """Behind a proxy the visitor's address comes in a header; only this proxy is believed."""
    if not settings.proxy:
        return {}
    return {
        "trusted_proxy": settings.proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
    }


def _listening(pages: Pages, settings: Settings) -> BaseWSGIServer:
    try:
        return create_server(
            pages,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="",
            inbuf_overflow=LARGEST_IN_MEMORY,
            clear_untrusted_proxy_headers=True,
            **_proxy(settings),
        )
    except OSError:
        raise click.ClickException(
            f"Port {settings.port} on {settings.host} cannot be used. WELFARE_PORT sets another."
        ) from None
