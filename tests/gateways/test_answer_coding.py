"""The coding of a whole file is judged before any row: a shifted form would hide the ill."""

from pathlib import Path

import pytest

from welfare.gateways.answer_files import Columns, FileRefused, check_file

HEADER = "who,day,q1,q2,sex,born"
NO_MISSING = Columns("who", "day", "gad-2", {"1": "q1", "2": "q2"})
COLUMNS = Columns("who", "day", "gad-2", {"1": "q1", "2": "q2"}, frozenset({"7", "9"}))


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def coded(low, high, rows=30):
    """Rows whose answers run evenly from `low` to `high`."""
    span = range(low, high + 1)
    return [
        f"{n},2024-01-02,{span[n % len(span)]},{span[(n // 2) % len(span)]},," for n in range(rows)
    ]


@pytest.mark.parametrize(
    "lines",
    [
        coded(1, 4),
        coded(1, 4, rows=3000),
        [*coded(1, 4, rows=300), "z,2024-01-02,0,0,,"],
        ["a,2024-01-02,1,4,,", "b,2024-01-02,2,1,,"],
        [f"{n},2024-01-02,{n % 4},{n % 4 + 1},," for n in range(100)],
        coded(0, 9),
        [f"{n},2024-01-02,{n % 4}.0,{n % 3}.0,," for n in range(100)],
    ],
    ids=[
        "one too high",
        "one too high, long",
        "one too high but for a single row",
        "one too high, two rows",
        "one too high in one item",
        "another range",
        "decimals",
    ],
)
def test_another_coding_is_stopped_before_any_row(tmp_path, lines):
    path = write(tmp_path, HEADER, *lines)

    with pytest.raises(FileRefused, match="Nothing was imported"):
        check_file(path, NO_MISSING)


@pytest.mark.parametrize(
    "lines",
    [
        coded(0, 3),
        [*coded(0, 3, rows=100), "z,2024-01-02,4,0,,"],
        [*coded(0, 3, rows=100), "z,2024-01-02,7,9,,"],
        ["a,2024-01-02,1,3,,", "b,2024-01-02,2,1,,"],
        ["a,2024-01-02,,,,"],
        ["a,2024-01-02,4,4,", *coded(0, 3)],
    ],
    ids=["right", "a stray value", "missing codes", "nobody is well", "blank", "ragged"],
)
def test_the_right_coding_with_single_mistakes_goes_on(tmp_path, lines):
    check_file(write(tmp_path, HEADER, *lines), COLUMNS)
