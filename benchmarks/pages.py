"""The clinician's pages in a small and in a large site: queries, and whether size shows."""

import time
from contextlib import ExitStack
from itertools import cycle, islice
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks.clients import WrongAnswer
from benchmarks.crowd import CASELOAD, Crowd, make_crowd
from benchmarks.figures import print_table, verdict
from benchmarks.serving import real_app
from benchmarks.sites import settle, site_maker
from models.session import Database

MOST_QUERIES = 8
SLOWEST = 1.25
FULL = (1_000, 50_000, 40)  # people in the small site and in the large, turns
QUICK = (1_000, 5_000, 10)
# Transaction, trail, sign-in, and once a minute that the session was seen.
BESIDE = ("BEGIN", "INSERT INTO audit_event", "FROM web_session", "UPDATE web_session")
HEADS = ("database", "page", "people", "queries", "median ms", "of the small", "goal")


class Visitor:
    """A signed-in clinician's browser in one site, with a count of the site's queries."""

    def __init__(self, database: Database, crowd: Crowd) -> None:
        self.crowd = crowd
        self.queries = 0
        self._client: FlaskClient = real_app(database).test_client()
        self._client.set_cookie("welfare", crowd.token)
        event.listen(database.engine, "before_cursor_execute", self._count)

    def open(self, path: str) -> tuple[float, int]:
        """Milliseconds and queries of one page."""
        self.queries = 0
        began = time.perf_counter()
        answer = self._client.get(path, headers={"Accept-Encoding": "gzip"})
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise WrongAnswer(f"{path}: {answer.status}")
        return took, self.queries

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.queries += not any(words in statement for words in BESIDE)


def run(kinds: list[str], *, is_quick: bool) -> None:
    rows = [row for kind in kinds for row in _rows(kind, *(QUICK if is_quick else FULL))]
    print_table(f"Pages of a clinician with {CASELOAD} people in care", HEADS, rows)


def _rows(kind: str, small: int, large: int, turns: int) -> list[tuple[object, ...]]:
    with site_maker(kind) as make_site, ExitStack() as stack:
        visitors = []
        for count in (small, large):
            database = make_site().open()
            stack.callback(database.engine.dispose)
            visitors.append(Visitor(database, make_crowd(database, count)))
            settle(database)
        return [
            row
            for page in ("work-list", "person")
            for row in _compared(kind, page, (small, large), visitors, turns)
        ]


def _compared(
    kind: str, page: str, sizes: tuple[int, int], visitors: list[Visitor], turns: int
) -> list[tuple[object, ...]]:
    """Small, large, small, large ...; the first turn warms up and is not counted."""
    paths = [list(islice(cycle(_paths(page, each.crowd)), turns + 1)) for each in visitors]
    opened = [
        [each.open(mine[turn]) for each, mine in zip(visitors, paths, strict=True)]
        for turn in range(turns + 1)
    ][1:]
    times = [median(turn[place][0] for turn in opened) for place in range(len(visitors))]
    counts = {turn[place][1] for turn in opened for place in range(len(visitors))}
    ratio = times[1] / times[0]
    is_met = len(counts) == 1 and max(counts) <= MOST_QUERIES
    shown = "/".join(str(count) for count in sorted(counts))
    return [
        (kind, page, sizes[0], shown, times[0], "1", f"<= {MOST_QUERIES}: {verdict(is_met)}"),
        (
            kind,
            page,
            sizes[1],
            shown,
            times[1],
            ratio,
            f"<= {SLOWEST}: {verdict(ratio <= SLOWEST)}",
        ),
    ]


def _paths(page: str, crowd: Crowd) -> list[str]:
    if page == "work-list":
        return ["/en/work-list"]
    return [f"/en/people/{person}" for person in crowd.caseload]
