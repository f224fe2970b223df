"""Durable named submissions against a bare route with one committed INSERT, round by round."""

from urllib.parse import urlencode

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select

from benchmarks.clients import Clients, Round, clients, request
from benchmarks.figures import percentile, print_table, share, verdict
from benchmarks.members import Member, make_members, make_unit
from benchmarks.serving import FLOOR, bare_app, ready_app, real_app, served
from benchmarks.sites import durability, site_maker
from models.session import Database
from models.tables.places import Unit
from models.tables.screenings import Screening
from welfare.web.forms import answer_fields

GOAL = 0.35
FULL = (7, 400, 1600)  # rounds, then requests in a round: ours, the floor's
QUICK = (3, 100, 400)
HEADS = ("database", "", "per second", "p50 ms", "p99 ms", "of the floor", f"goal {GOAL}")


class Lost(Exception):
    """The server acknowledged another number of screenings than the database holds."""


def run(kinds: list[str], *, is_quick: bool) -> None:
    rows: list[tuple[object, ...]] = []
    notes = []
    for kind in kinds:
        floor, ours, durable = _measured(kind, *(QUICK if is_quick else FULL))
        ratio = share([each.rate for each in ours], [each.rate for each in floor])
        rows.append((kind, "one bare INSERT", *_figures(floor), "1", ""))
        rows.append((kind, "one screening", *_figures(ours), ratio, verdict(ratio >= GOAL)))
        notes.append(f"{kind}: {durable}")
    print_table("Submissions (waitress, 4 connections over loopback)", HEADS, rows)
    print("  " + "; ".join(notes))


def _measured(
    kind: str, rounds: int, ours_in_round: int, floor_in_round: int
) -> tuple[list[Round], list[Round], str]:
    """Floor, ours, floor, ours ...; the first pair warms up and is not counted."""
    with site_maker(kind) as make_site, clients() as crowd:
        site = make_site()
        database = site.open()
        unit, _clinician = make_unit(database)
        FLOOR.create(database.engine)
        with served(site, bare_app) as bare, served(site, ready_app) as real:
            pairs = [
                (
                    crowd.send(bare, floor_in_round * [request("/floor", "")], b" 200 "),
                    _sent(crowd, real, database, unit, ours_in_round),
                )
                for _ in range(rounds + 1)
            ]
        _check(database, (rounds + 1) * ours_in_round)
        durable = durability(kind, database)
        database.engine.dispose()
    return [floor for floor, _ in pairs[1:]], [ours for _, ours in pairs[1:]], durable


def _sent(crowd: Clients, port: int, database: Database, unit: Unit, count: int) -> Round:
    members = make_members(database, unit, count)
    return crowd.send(port, prepared(real_app(database), members), b" 302 ")


def prepared(app: Flask, members: list[Member]) -> list[bytes]:
    """The request of each member, with a form token of their own."""
    return [_request(app, member) for member in members]


def _request(app: Flask, member: Member) -> bytes:
    with app.test_request_context():
        token = generate_csrf()
        signed = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    form = {
        "csrf_token": token,
        "submission_id": str(member.submission_id),
        "version": "" if member.version is None else str(member.version),
        **answer_fields({code: dict(given) for code, given in member.answers.items()}),
    }
    return request(
        f"/en/me/screenings/{member.window_id}/send",
        urlencode(form),
        f"welfare={member.token}; {app.config['SESSION_COOKIE_NAME']}={signed}",
    )


def _check(database: Database, sent: int) -> None:
    with database.engine.connect() as connection:
        kept = connection.execute(select(func.count()).select_from(Screening)).scalar_one()
    if kept != sent:
        raise Lost(f"{sent} acknowledged, {kept} kept")


def _figures(rounds: list[Round]) -> tuple[float, float, float]:
    times = [time for each in rounds for time in each.times]
    rate = sum(len(each.times) for each in rounds) / sum(
        len(each.times) / each.rate for each in rounds
    )
    return rate, percentile(times, 50), percentile(times, 99)
