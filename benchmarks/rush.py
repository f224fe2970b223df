"""Eight hundred members answering at once: every page of every walk, and how long it took.

Requests are due at moments fixed beforehand, whether or not the server keeps up, and each is timed
from the moment it was due. So a server that falls behind cannot hide it by being asked less.
How late the browsers themselves woke up is printed beside it: a machine that stops for a second
stops both, and that is not the server's.
"""

import http.client
import random
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select

from benchmarks.clients import WrongAnswer
from benchmarks.figures import percentile, print_table, verdict
from benchmarks.members import Answers, Member, make_members, make_unit
from benchmarks.serving import HOST, SPAWN, ready_app, real_app, served
from benchmarks.sites import site_maker
from benchmarks.submissions import Lost
from models.session import Database
from models.tables.screenings import Screening

FORCE = 800
MINUTES = 15
P99_GOAL = 500  # ms
FASTER = (1, 4)  # at the rate of the goal, and at four times it
FULL = 90  # seconds of that rate
QUICK = 20
PAUSE = 2.0  # seconds between a member's requests
SEED = 7
HEADS = (
    *("database", "rate", "members", "requests", "p50 ms", "p99 ms", "slowest"),
    *("browsers woke late, p99 ms", "goal"),
)
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
ITEM = re.compile(r'name="([a-z0-9-]+)\.[0-9a-z]+"')


@dataclass(frozen=True, slots=True)
class Walk:
    """What one browser needs: when it begins, its cookies and what it will answer."""

    begins: float
    window: str
    cookies: str
    token: str
    answers: Answers


def run(kinds: list[str], *, is_quick: bool) -> None:
    seconds = QUICK if is_quick else FULL
    rows = [_row(kind, faster, seconds) for kind in kinds for faster in FASTER]
    print_table(f"{FORCE} members answering within {MINUTES} minutes, page by page", HEADS, rows)


def _row(kind: str, faster: int, seconds: int) -> tuple[object, ...]:
    count = faster * FORCE * seconds // (MINUTES * 60)
    with site_maker(kind) as make_site, ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        site = make_site()
        database = site.open()
        unit, _clinician = make_unit(database)
        members = make_members(database, unit, count, has_draft=False)
        walks = _walks(real_app(database), members, seconds)
        with served(site, ready_app) as port:
            times, overslept = pool.submit(send_all, port, walks).result()
        _insist_on_all(database, count)
        database.engine.dispose()
    p99 = percentile(times, 99)
    goal = f"p99 <= {P99_GOAL}: {verdict(p99 <= P99_GOAL)}"
    rate = f"x {faster}"
    late = percentile(overslept, 99)
    return kind, rate, count, len(times), percentile(times, 50), p99, max(times), late, goal


def _walks(app: Flask, members: list[Member], seconds: int) -> list[Walk]:
    """Members arrive at random, as people do, evenly over the time."""
    dice = random.Random(SEED)  # noqa: S311 - when somebody begins, no secret
    begins = sorted(dice.uniform(0, seconds) for _ in members)
    return [_walk(app, each, begin) for each, begin in zip(members, begins, strict=True)]


def _walk(app: Flask, member: Member, begins: float) -> Walk:
    with app.test_request_context():
        token = generate_csrf()
        signed = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    cookies = f"welfare={member.token}; {app.config['SESSION_COOKIE_NAME']}={signed}"
    return Walk(begins, str(member.window_id), cookies, token, member.answers)


def _insist_on_all(database: Database, count: int) -> None:
    with database.engine.connect() as connection:
        kept = connection.execute(select(func.count()).select_from(Screening)).scalar_one()
    if kept != count:
        raise Lost(f"{count} members have answered, {kept} screenings are kept")


def send_all(port: int, walks: list[Walk]) -> tuple[list[float], list[float]]:
    """Milliseconds of every request of every walk, and by which each wait before one was longer
    than it should have been."""
    began = time.monotonic()
    people = [Browser(port, walk, began) for walk in walks]
    with ThreadPoolExecutor(len(walks)) as browsers:
        list(browsers.map(Browser.answer, people))
    return [t for each in people for t in each.times], [
        t for each in people for t in each.overslept
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    page: str


class Browser:
    """One member's, from the page that says what is due to the receipt."""

    def __init__(self, port: int, walk: Walk, began: float) -> None:
        self._port, self._walk = port, walk
        self._due = began + walk.begins
        self.times: list[float] = []
        self.overslept: list[float] = []

    def answer(self) -> None:
        screening = f"/en/me/screenings/{self._walk.window}"
        self._get("/en/me/")
        self._get(screening)
        place = f"{screening}/parts/1"
        while "/parts/" in place:
            place = self._post(place, self._part(self._get(place)))
        checked = _hidden(self._get(place))
        self._get(self._post(f"{screening}/send", checked))

    def _part(self, page: str) -> dict[str, str]:
        code = ITEM.findall(page)[0]
        given = self._walk.answers[code]
        chosen = {f"{code}.{item}": str(value) for item, value in given.items()}
        return {**_hidden(page), **chosen}

    def _get(self, path: str) -> str:
        return self._timed(lambda: self._ask("GET", path, ""), 200).page

    def _post(self, path: str, form: Mapping[str, str]) -> str:
        body = urlencode({**form, "csrf_token": self._walk.token})
        return self._timed(lambda: self._ask("POST", path, body), 302).location

    def _timed(self, ask: Callable[[], Answer], expected: int) -> Answer:
        pause = self._due - time.monotonic()
        if pause > 0:
            time.sleep(pause)
            self.overslept.append((time.monotonic() - self._due) * 1000)
        answer = ask()
        self.times.append((time.monotonic() - self._due) * 1000)
        self._due += PAUSE
        if answer.status != expected:
            raise WrongAnswer(f"{answer.status} for request {len(self.times)} of a walk")
        return answer

    def _ask(self, method: str, path: str, body: str) -> Answer:
        line = http.client.HTTPConnection(HOST, self._port)
        headers = {"Cookie": self._walk.cookies, "Sec-Fetch-Site": "same-origin"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body or None, headers)
        found = line.getresponse()
        answer = Answer(found.status, found.headers.get("Location", ""), found.read().decode())
        line.close()
        return answer


def _hidden(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))
