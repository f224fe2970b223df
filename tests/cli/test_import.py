"""`welfare responses import`: every row accounted for, every figure the one in the file."""

from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.people import Membership, Person
from models.tables.screenings import Screening
from models.vocabulary import Act, AlertStatus, Origin, Phase
from tests.cli.answer_sheets import answer_row, figures_of, made_up_rows, write
from tests.cli.imported import kept_figures, refused_lines, tables, told

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "docs" / "mappings" / "nhanes-phq9.toml"
NHANES = ROOT.parent / "shared" / "data" / "nhanes_phq9_2005_2020.csv.gz"
CALM, ILL = [0] * 9, [2] * 8 + [0]


class Struck(BaseException):
    """Stands for the program being killed."""


@pytest.fixture
def root(make):
    return make.root


@pytest.fixture
def load(run, root):
    """Import a file with the mapping that comes with the product."""
    return lambda path, *words: run("responses", "import", path, "--mapping", MAPPING, *words)


def count(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("name", ["answers.csv", "answers.csv.gz"])
def test_the_report_has_the_figures_of_the_file(load, database, tmp_path, name):
    path = write(tmp_path / name, made_up_rows(400))
    expected = figures_of(path)

    done = load(path)

    said = told(done.output)
    assert done.exit_code == 0
    assert {key: said[key] for key in expected if key != "sum of totals"} == {
        key: number for key, number in expected.items() if key != "sum of totals"
    }
    assert (said["unchanged"], said["refused"], said["new people"]) == (0, 0, 400)
    assert said["complete"] + said["incomplete"] + said["all blank"] == said["imported"]


def test_the_database_holds_the_figures_of_the_file(load, database, tmp_path):
    path = write(tmp_path / "answers.csv", made_up_rows(300))
    expected = figures_of(path)

    load(path)

    kept = kept_figures(database)
    assert kept == {name: expected[name] for name in kept}
    assert count(database, Alert) == expected["alerts"]
    assert count(database, Person) == 300


def test_the_real_file_gives_its_own_figures(run_new, new_env, tmp_path):
    """Where the real file is not at hand, a made-up one of the same shape stands in."""
    if new_env["WELFARE_DATABASE_URL"].startswith("postgresql"):
        path = write(tmp_path / "answers.csv.gz", made_up_rows(1010, seed=2))
    else:
        path = NHANES if NHANES.is_file() else write(tmp_path / "a.csv.gz", made_up_rows(1010))
    expected = figures_of(path)
    run_new("setup", "--unit", "C", "--login", "ada", "--given", "A", "--family", "M")

    done = run_new("responses", "import", path, "--mapping", MAPPING)

    said = told(done.output)
    wrong = {
        name: (said.get(name), number)
        for name, number in expected.items()
        if name != "sum of totals" and said.get(name) != number
    }
    assert wrong == {}
    assert said["new people"] == said["rows read"] > 1000


def test_importing_again_changes_nothing(load, database, tmp_path):
    path = write(tmp_path / "answers.csv", made_up_rows(200))
    load(path)
    before = tables(database, without=("audit_event",))

    done = load(path)

    said = told(done.output)
    assert (said["rows read"], said["unchanged"], said["imported"]) == (200, 200, 0)
    assert (said["new people"], said["alerts"], said["refused"]) == (0, 0, 0)
    assert tables(database, without=("audit_event",)) == before


def test_a_row_with_other_answers_than_before_is_told_and_not_taken(load, database, tmp_path):
    rows = made_up_rows(50)
    load(write(tmp_path / "answers.csv", rows))
    before = tables(database, without=("audit_event",))
    rows[7] = answer_row(rows[7][0], rows[7][1], [1] * 9)
    rows[8] = [*rows[8][:-1], "3"]  # the unscored item is not in the mapping

    done = load(write(tmp_path / "answers.csv", rows))

    assert refused_lines(done.output) == {
        9: "other answers for this person and day are kept already"
    }
    assert told(done.output)["unchanged"] == 49
    assert tables(database, without=("audit_event",)) == before


def test_broken_rows_are_told_with_their_line_and_the_others_are_kept(load, database, tmp_path):
    rows = made_up_rows(40)
    broken = {
        3: answer_row("", "2014-01-01", CALM),
        6: answer_row("b1", "01.01.2014", CALM),
        9: answer_row("b2", "2999-01-01", CALM),
        12: answer_row("b3", "2014-01-01", [0, 0, 5, 0, 0, 0, 0, 0, 0]),
        15: rows[0],
        18: answer_row(rows[0][0], rows[0][1], [3] * 9),
        21: answer_row("b4", "2014-01-01", CALM)[:-1],
        24: [*answer_row("b5", "2014-01-01", CALM), "stray"],
    }
    for line, row in broken.items():
        rows.insert(line - 2, row)

    done = load(write(tmp_path / "answers.csv", rows))

    assert refused_lines(done.output) == {
        3: "no person in column respondent",
        6: "column cycle_midpoint is not a date as yyyy-mm-dd",
        9: "column cycle_midpoint lies in the future",
        12: "column DPQ030: the value is not on offer for item 3",
        18: "other answers for this person and day are kept already",
        21: "the row has 15 values, the header 16",
        24: "the row has 17 values, the header 16",
    }
    said = told(done.output)
    assert (said["rows read"], said["imported"], said["unchanged"]) == (48, 40, 1)
    assert said["refused"] == 7
    assert count(database, Screening) == count(database, Person) == 40


def test_every_refused_row_is_told_however_many_there_are(load, tmp_path):
    rows = [*made_up_rows(10), *[answer_row("", "2014-01-01", CALM) for _ in range(150)]]

    done = load(write(tmp_path / "answers.csv", rows))

    assert sorted(refused_lines(done.output)) == list(range(12, 162))


@pytest.mark.parametrize("is_long", [False, True])
def test_another_coding_is_stopped_before_anything_is_written(load, database, tmp_path, is_long):
    rows = [
        [
            *row[:6],
            *[str(int(value) + 1) if value in "0123" and value else value for value in row[6:15]],
            "",
        ]
        for row in made_up_rows(1010 if is_long else 30)
    ]
    before = tables(database)

    done = load(write(tmp_path / "answers.csv", rows))

    assert done.exit_code == 1
    assert "coded one too high for phq-9" in done.output
    assert tables(database) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name the columns"),
        (("--person", "respondent", "--date", "d", "--instrument", "phq-9"), "Name the columns"),
        (("--instrument", "no-such", "--items", "1=DPQ010"), "no instrument 'no-such'"),
        (("--instrument", "phq-9", "--items", "12=DPQ010"), "phq-9 has no item 12"),
        (("--instrument", "phq-9", "--items", "1=NOPE"), "no column NOPE"),
        (("--instrument", "phq-9", "--items", "1=DPQ010,1=DPQ020"), "each item once"),
        (("--instrument", "phq-9", "--items", "1=DPQ010,2=DPQ010"), "a column of its own"),
        (("--instrument", "phq-9", "--items", "1=,2"), "--items must be written"),
        (("--instrument", "phq-9", "--items", "1=DPQ010", "--sex", "NOPE"), "no column NOPE"),
    ],
)
def test_columns_that_do_not_fit_are_told_and_nothing_is_written(
    run, database, root, tmp_path, words, said
):
    path, before = write(tmp_path / "answers.csv", made_up_rows(5)), tables(database)
    named = ("--person", "respondent", "--date", "cycle_midpoint") if "--items" in words else ()

    done = run("responses", "import", path, *named, *words)

    assert done.exit_code == 1
    assert said in done.output
    assert tables(database) == before


def test_columns_can_be_named_without_a_mapping_file(run, database, root, tmp_path):
    path = write(tmp_path / "answers.csv", made_up_rows(60))
    items = ",".join(f"{item}=DPQ0{item}0" for item in range(1, 10))

    done = run(
        *("responses", "import", path, "--person", "respondent", "--date", "cycle_midpoint"),
        *("--instrument", "phq-9", "--items", items, "--missing", "7, 9", "--sex", "sex"),
    )

    expected = figures_of(path)
    assert done.exit_code == 0
    assert told(done.output)["complete"] == expected["complete"]
    assert kept_figures(database)["sum of totals"] == expected["sum of totals"]


def test_answers_of_several_days_belong_to_one_person_from_the_first_day_on(
    load, database, tmp_path
):
    days = ["2014-05-01", "2012-01-01", "2013-01-01"]

    done = load(write(tmp_path / "a.csv", [answer_row("p", day, CALM) for day in days]))

    assert told(done.output)["new people"] == 1
    with database.reading() as session:
        membership = session.scalars(select(Membership)).one()
        kept = session.execute(
            select(Screening.day, Screening.phase, Screening.origin, Screening.window_id)
        ).all()
    assert str(membership.from_day) == "2012-01-01"
    assert sorted(str(day) for day, *_ in kept) == sorted(days)
    assert {tuple(rest) for _, *rest in kept} == {(Phase.UNKNOWN, Origin.IMPORT, None)}


def test_the_key_of_a_person_in_the_file_stands_nowhere_in_the_database(load, database, tmp_path):
    load(write(tmp_path / "a.csv", [answer_row("Secretname77", "2014-01-01", CALM)]))

    assert "Secretname77" not in repr(tables(database))


def test_the_trail_says_that_a_batch_came_and_every_alert(load, database, tmp_path):
    path = write(tmp_path / "answers.csv", made_up_rows(100))

    load(path)

    with database.reading() as session:
        acts = session.scalars(select(AuditEvent.act)).all()
    assert acts.count(Act.SCREENINGS_IMPORTED) == 1
    assert acts.count(Act.PERSON_ADDED) == 1
    assert acts.count(Act.ALERT_RAISED) == figures_of(path)["alerts"]


@pytest.mark.parametrize("struck_at", [2, 3])
def test_an_import_that_was_killed_ends_the_same_when_it_is_run_again(
    load, database, tmp_path, struck_at
):
    """Killed at the commit of its first batch, or of its second; the unit was the first commit."""
    path = write(tmp_path / "answers.csv", made_up_rows(1060))
    commits = []

    def strike(_connection):
        commits.append(1)
        if len(commits) == struck_at:
            raise Struck

    event.listen(Engine, "commit", strike)
    try:
        with pytest.raises(Struck):
            load(path)
    finally:
        event.remove(Engine, "commit", strike)
    assert count(database, Screening) == (struck_at - 2) * 1000

    said = told(load(path).output)

    expected = figures_of(path)
    assert said["imported"] + said["unchanged"] == 1060
    assert said["refused"] == 0
    kept = kept_figures(database)
    assert kept == {name: expected[name] for name in kept}
    assert count(database, Alert) == expected["alerts"]
    assert count(database, Person) == 1060


def test_old_answers_raise_only_historic_alerts(load, database, tmp_path):
    path = write(tmp_path / "answers.csv", made_up_rows(100))

    load(path)

    with database.reading() as session:
        statuses = set(session.scalars(select(Alert.status)))
    assert statuses == {AlertStatus.HISTORIC}
