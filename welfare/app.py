"""Putting the house together. The only file that knows every part."""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from waitress import create_server
from waitress.server import BaseWSGIServer

from models.session import Database
from welfare.cli import accounts, answers, database, demo, drawings, instruments, setup
from welfare.cli.opening import mailer_of, opened, stationery_of
from welfare.config import Settings
from welfare.gateways.mail import Mailer
from welfare.jobs.loop import Loop
from welfare.web import errors, frame, guard, headers, sign_in, work
from welfare.web.views import (
    account,
    command,
    files,
    own_record,
    people,
    releases,
    screenings,
    site,
    support,
    trail,
    work_list,
)

LARGEST_BODY = 1024 * 1024
PAGES = (
    account,
    command,
    own_record,
    people,
    releases,
    screenings,
    site,
    support,
    trail,
    work_list,
)
THREADS = 8


def create_app(
    settings: Settings, database: Database, *, ring: Callable[[], None] = lambda: None
) -> Flask:
    """The web door over a database. Raises guard.SilentView while a view has no mark."""
    app = errors.QuietApp("welfare.web", static_folder=None)
    app.secret_key = database.keys.derived("form-tokens").hex()
    app.config.update(
        PLAIN_HTTP=settings.plain_http,
        PROGRAMME=settings.programme,
        TRUSTED_HOSTS=[urlsplit(settings.site_url).hostname or "", "127.0.0.1", "localhost"],
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME="welfare-form" if settings.plain_http else "__Host-welfare-form",
        SESSION_COOKIE_SECURE=not settings.plain_http,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open as long as its session
        WTF_CSRF_SSL_STRICT=False,  # no Referer is ever sent: Referrer-Policy forbids it
    )
    headers.init_app(app, over_tls=not settings.plain_http)
    frame.init_app(app, site_name=settings.site_name)
    # After-request steps run in reverse order: the work is kept first, then the answer is packed.
    sign_in.init_app(app, database)
    work.init_app(app, database, ring=ring)
    CSRFProtect(app)
    errors.init_app(app)
    for part in PAGES:
        app.register_blueprint(
            part.pages, url_prefix="/<any(en):lang>" + (part.pages.url_prefix or "")
        )
    app.add_url_rule("/static/<path:filename>", "static", files.send_file)
    app.add_url_rule("/", "root", account.home)
    guard.init_app(app)
    return app


def serve_forever(settings: Settings, database: Database, mailer: Mailer) -> None:
    """The web pages and the job loop in one process, until it is stopped."""
    loop = Loop(
        database, mailer=mailer, stationery=stationery_of(settings), programme=settings.programme
    )
    app = create_app(settings, database, ring=loop.ring)
    thread = threading.Thread(target=loop.run, name="jobs", daemon=True)
    thread.start()
    server = _listening(app, settings)
    signal.signal(signal.SIGTERM, _stop)
    click.echo(f"Serving on http://{settings.host}:{settings.port}/ - stop with Ctrl-C.")
    try:
        server.run()
    finally:
        loop.stop()
        thread.join(timeout=5)


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


def _listening(app: Flask, settings: Settings) -> BaseWSGIServer:
    try:
        return create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="",
            clear_untrusted_proxy_headers=True,
            **_proxy(settings),
        )
    except OSError:
        raise click.ClickException(
            f"Port {settings.port} on {settings.host} cannot be used. WELFARE_PORT sets another."
        ) from None


@click.command()
def serve() -> None:
    """Serve the pages and run the jobs, until stopped."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with opened() as (settings, site):
        serve_forever(settings, site, mailer_of(settings))


@click.group()
def main() -> None:
    """Welfare and mental-health tracking for peace-operations forces."""


for part in (serve, setup.setup, demo.demo, database.db, accounts.account, answers.responses):
    main.add_command(part)
main.add_command(instruments.instruments)
main.add_command(drawings.drawings)
