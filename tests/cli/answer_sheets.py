"""Made-up answer files in the shape of NHANES, and figures worked out straight from a file.

Nothing here uses the product: a mistake of ours must not be checked by the same mistake.
"""

import csv
import gzip
import random
from collections import Counter
from pathlib import Path

COLUMNS = [f"DPQ0{item}0" for item in range(1, 10)]
HEADER = [
    *("respondent", "cycle_midpoint", "age", "sex", "veteran", "served_abroad"),
    *COLUMNS,
    "DPQ100",
]
OFFERED = {"0": 0, "1": 1, "2": 2, "3": 3}
CUTS = (5, 10, 15, 20)


def answer_row(person, day, answers, sex="female"):
    """One row of the file; `answers` is nine values, as text or numbers."""
    return [str(person), str(day), "40", sex, "no", "", *map(str, answers), "1"]


def made_up_rows(many, *, day="2014-01-01", seed=11):
    """People from well to very ill, some with gaps, some with nothing at all."""
    dice = random.Random(seed)  # noqa: S311 - answers, not keys
    rows = []
    for person in range(many):
        weights = dice.choice([(90, 8, 1, 1), (60, 30, 7, 3), (25, 35, 25, 15), (5, 15, 40, 40)])
        answers = [str(dice.choices(range(4), weights)[0]) for _ in COLUMNS]
        if dice.random() < 0.1:
            answers = [""] * 9
        elif dice.random() < 0.1:
            answers[dice.randrange(9)] = dice.choice(["7", "9", ""])
        rows.append(answer_row(70_000 + person, day, answers, dice.choice(["female", "male"])))
    return rows


def write(path: Path, rows, header=HEADER):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def figures_of(path: Path) -> dict[str, int]:
    """What an import of this file must report."""
    said: Counter[str] = Counter()
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            given = [OFFERED[row[name]] for name in COLUMNS if row[name] in OFFERED]
            gaps = 9 - len(given)
            said["rows read"] += 1
            said["imported"] += 1
            said["complete"] += gaps == 0
            said["all blank"] += gaps == 9
            said["incomplete"] += 0 < gaps < 9
            said["alerts"] += row["DPQ090"] in ("1", "2", "3")
            for cut in CUTS:
                said[f">= {cut}"] += gaps == 0 and sum(given) >= cut
            said["positive: yes"] += sum(given) >= 10
            said["positive: no"] += sum(given) + 3 * gaps < 10
            said["positive: unknown"] += sum(given) < 10 <= sum(given) + 3 * gaps
            said["sum of totals"] += sum(given) if gaps == 0 else 0
    return dict(said)
