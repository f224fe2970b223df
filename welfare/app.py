"""Putting the house together. The only file that knows every part."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

import click
from flask import Flask, g, has_app_context
from flask_wtf.csrf import CSRFProtect

from models.session import Database
from welfare.cli import (
    accounts,
    answers,
    backups,
    database,
    demo,
    drawings,
    instruments,
    keys,
    settings_check,
    setup,
    upgrade,
)
from welfare.cli.duplicates import add_duplicates
from welfare.cli.missions import missions as mission_commands
from welfare.cli.opening import channels_of, mailer_of, opened, read_settings, stationery_of
from welfare.cli.people import person
from welfare.cli.preflight import must_be_in_time, must_be_servable
from welfare.cli.programmes import programmes as programme_commands
from welfare.cli.reminders import reminders
from welfare.cli.rosters import people as roster_commands
from welfare.config import LogForm, Settings
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import Mailer
from welfare.jobs.herald import Herald
from welfare.jobs.keeper import Keeper
from welfare.jobs.loop import Loop
from welfare.policies.passkey_checks import Place
from welfare.serving import serve_pages
from welfare.upkeep.logs import writing_lines
from welfare.web import (
    carried,
    clock,
    errors,
    frame,
    guard,
    headers,
    list_walk,
    sign_in,
    uploads,
    watchdog,
    work,
)
from welfare.web.views import (
    account,
    account_list,
    agreements,
    appointments,
    call_me,
    caseloads,
    cases,
    closed_records,
    command,
    command_notices,
    completion,
    confirm,
    contingents,
    declining,
    deployment_events,
    deployments,
    duplicates,
    emergency,
    entered_in_error,
    files,
    incidents,
    interviews,
    joining,
    leaving,
    measures,
    messages,
    missions,
    notebook,
    own_care,
    own_download,
    own_messages,
    own_record,
    own_sessions,
    paper,
    paper_keying,
    parts,
    passkey_door,
    people,
    plans,
    programme_editing,
    programmes,
    questions,
    referrals,
    releases,
    reviews,
    right_record,
    rosters,
    screenings,
    second_factor,
    self_check,
    service,
    site,
    summaries,
    support,
    trail,
    window_links,
    work_list,
)

OWNER_ONLY = 0o077
LARGEST_BODY = 1024 * 1024
PAGES = (
    account,
    account_list,
    agreements,
    appointments,
    call_me,
    caseloads,
    cases,
    closed_records,
    command,
    command_notices,
    completion,
    confirm,
    contingents,
    declining,
    deployment_events,
    deployments,
    duplicates,
    emergency,
    entered_in_error,
    incidents,
    interviews,
    joining,
    leaving,
    measures,
    messages,
    missions,
    notebook,
    own_download,
    own_messages,
    own_care,
    own_record,
    own_sessions,
    paper,
    paper_keying,
    passkey_door,
    parts,
    people,
    plans,
    programme_editing,
    programmes,
    referrals,
    questions,
    releases,
    reviews,
    right_record,
    rosters,
    screenings,
    second_factor,
    self_check,
    service,
    site,
    summaries,
    support,
    trail,
    window_links,
    work_list,
)


def create_app(
    settings: Settings, database: Database, *, ring: Callable[[], None] = lambda: None
) -> Flask:
    """The web door over a database. Raises guard.SilentView while a view has no mark."""
    app = errors.QuietApp("welfare.web", static_folder=None)
    app.request_class = uploads.InMemoryRequest
    app.secret_key = database.keys.derived("form-tokens").hex()
    app.config.update(_configured(settings))
    clock.init_app(app)
    headers.init_app(app, over_tls=not settings.plain_http)
    frame.init_app(app, site_name=settings.site_name)
    list_walk.init_app(app)
    # After-request steps run in reverse order: the work is kept first, then the answer is packed.
    sign_in.init_app(app, database)
    work.init_app(app, database, ring=ring)
    watchdog.init_app(app)
    carried.init_app(app, database.keys)
    tokens = CSRFProtect(app)
    errors.init_app(app)
    for part in PAGES:
        app.register_blueprint(
            part.pages, url_prefix=_in_a_language(settings) + (part.pages.url_prefix or "")
        )
    for view in filter(guard.is_private, app.view_functions.values()):
        tokens.exempt(view)
    app.add_url_rule("/static/<path:filename>", "static", files.send_file)
    app.add_url_rule("/", "root", account.home)
    guard.init_app(app, database.keys)
    return app


def _configured(settings: Settings) -> dict[str, object]:
    """What pages and the framework below them ask for by name."""
    return dict(
        PLACE=Place.of(settings.site_url, settings.site_name),
        PLAIN_HTTP=settings.plain_http,
        PROGRAMME=settings.programme,
        SITE_URL=settings.site_url,
        TRUSTED_HOSTS=[urlsplit(settings.site_url).hostname or "", "127.0.0.1", "localhost"],
        LANGUAGES=settings.languages,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME="welfare-form" if settings.plain_http else "__Host-welfare-form",
        SESSION_COOKIE_SECURE=not settings.plain_http,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open as long as its session
        WTF_CSRF_SSL_STRICT=False,  # no Referer is ever sent: Referrer-Policy forbids it
    )


def _in_a_language(settings: Settings) -> str:
    """How the address of every page begins. Another language is a page that is missing."""
    return f"/<any({', '.join(settings.languages)}):lang>"


def serve_forever(settings: Settings, database: Database, mailer: Mailer) -> None:
    """The web pages, the job loop and the operators' port, until they are stopped."""
    stationery = stationery_of(settings)
    herald = _herald(settings, database, stationery)
    loop = Loop(
        database,
        mailer=mailer,
        stationery=stationery,
        programme=settings.programme,
        herald=herald,
    )
    app = create_app(settings, database, ring=loop.ring)
    frame.compile_templates(app)
    serve_pages(app, Keeper(loop), settings=settings, database=database)


def _herald(settings: Settings, database: Database, stationery: Stationery) -> Herald | None:
    """None where nobody is to be told by another way than mail."""
    channels = channels_of(settings)
    if not channels.is_any:
        return None
    return Herald(database, channels, stationery=stationery, since=datetime.now(UTC))


def _request_id() -> str | None:
    """For the log: which request a line belongs to, where there is one."""
    return str(g.request_id) if has_app_context() and "request_id" in g else None


@click.command()
@click.option("--clock-is-right", is_flag=True, help="Serve though the trail is ahead of it.")
def serve(clock_is_right: bool) -> None:
    """Serve the pages and run the jobs, until stopped."""
    settings = read_settings()
    with (
        writing_lines(as_json=settings.log is LogForm.JSON, request_id=_request_id),
        opened() as (_settings, site),
    ):
        must_be_servable(settings)
        must_be_in_time(site, clock_is_right=clock_is_right)
        serve_forever(settings, site, mailer_of(settings))


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Welfare and mental-health tracking for peace-operations forces."""
    # Databases, backups, letters: what any command makes is for its owner only.
    context.call_on_close(partial(os.umask, os.umask(OWNER_ONLY)))


for part in (serve, setup.setup, demo.demo, database.db, accounts.account, answers.responses):
    main.add_command(part)
main.add_command(instruments.instruments)
main.add_command(drawings.drawings)
main.add_command(keys.keys)
main.add_command(mission_commands)
main.add_command(person)
main.add_command(programme_commands)
main.add_command(reminders)
main.add_command(roster_commands)
add_duplicates(roster_commands)
main.add_command(settings_check.config)
main.add_command(upgrade.upgrade)
main.add_command(backups.backup)
