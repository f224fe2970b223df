"""Scoring and bulk loading in one process, each against the barest thing of its kind."""

import time
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import insert

from benchmarks.crowd import load_batch
from benchmarks.figures import print_table, share
from benchmarks.members import CALM, STRAINED, make_unit
from benchmarks.serving import FLOOR, small_row
from benchmarks.sites import site_maker
from models.instruments import find, score
from models.session import Database, transaction
from models.tables.places import Unit
from welfare.services.imports import BATCH

FULL = (7, 20_000, 4)  # rounds, forms in a round, batches in a round
QUICK = (3, 2_000, 1)
SCORING_HEADS = ("instrument", "forms per second", "of a bare sum")
LOADING_HEADS = ("database", "rows per second", "bare INSERT", "of the floor")


def run(kinds: list[str], *, is_quick: bool) -> None:
    rounds, forms, batches = QUICK if is_quick else FULL
    print_table(
        "Scoring, one process",
        SCORING_HEADS,
        [
            _scoring("phq-9", CALM["phq-9"], rounds, forms),
            _scoring("pcl-5", STRAINED["pcl-5"], rounds, forms),
        ],
    )
    print_table(
        f"Bulk load, {BATCH:,} rows in a transaction: a person, a key and sealed, scored answers",
        LOADING_HEADS,
        [_loading(kind, rounds, batches) for kind in kinds],
    )


def _scoring(
    code: str, answers: Mapping[str, int | None], rounds: int, forms: int
) -> tuple[object, ...]:
    instrument = find(code)
    pairs = [
        (
            _rate(forms, lambda: sum(filter(None, answers.values()))),
            _rate(forms, lambda: score(instrument, answers)),
        )
        for _ in range(rounds)
    ]
    bare, ours = ([pair[place] for pair in pairs] for place in (0, 1))
    return code, sorted(ours)[rounds // 2], share(ours, bare)


def _rate(times: int, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(times):
        act()
    return times / (time.perf_counter() - began)


def _loading(kind: str, rounds: int, batches: int) -> tuple[object, ...]:
    """Floor, ours, floor, ours ...; the first pair warms up and is not counted."""
    with site_maker(kind) as make_site:
        database = make_site().open()
        unit, _clinician = make_unit(database)
        FLOOR.create(database.engine)
        names = iter(range(10_000_000))
        pairs = [
            (
                BATCH * _rate(batches, lambda: _insert_bare(database)),
                BATCH * _rate(batches, lambda: _load(database, unit, names)),
            )
            for _ in range(rounds + 1)
        ][1:]
        database.engine.dispose()
    bare, ours = ([pair[place] for pair in pairs] for place in (0, 1))
    middle = rounds // 2
    return kind, sorted(ours)[middle], sorted(bare)[middle], share(ours, bare)


def _insert_bare(database: Database) -> None:
    with transaction(database) as session:
        session.execute(insert(FLOOR), [small_row() for _ in range(BATCH)])


def _load(database: Database, unit: Unit, names: Iterator[int]) -> None:
    load_batch(database, unit, [str(next(names)) for _ in range(BATCH)])
