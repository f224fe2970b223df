"""`welfare people`: template, dry run, import and undo as an operator types them."""

import re

import pytest
from sqlalchemy import func, select

from models.tables.people import Person
from models.tables.rosters import RosterImport
from tests.roster_files import csv_of, deployed, somebody, xlsx_of
from welfare.cli import roster_words
from welfare.gateways.roster_file import MOST_BYTES, Refusal, read_roster
from welfare.policies.roster_rows import Notice, Trouble
from welfare.policies.roster_undoing import Stays

KEY = re.compile(r"people undo ([0-9a-f-]{36})")


@pytest.fixture
def root(make):
    return make.root


@pytest.fixture
def bring_in(run, root, tmp_path):
    """Write rows to a file and import it."""

    def typed(*rows, words=("--yes",), name="roster.csv", content=None, stdin=None):
        path = tmp_path / name
        path.write_bytes(content or csv_of(*rows))
        return run("people", "import", path, *words, stdin=stdin)

    return typed


def count(database, table=Person):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def number(output, word):
    return int(re.search(rf"^{word} +(\d+)", output, re.MULTILINE)[1])


def test_the_template_is_a_roster_itself(run):
    printed = run("people", "template").output

    assert len(read_roster(printed.encode())) == 1


def test_a_dry_run_says_what_would_happen_and_does_nothing(bring_in, database):
    done = bring_in(somebody("SN-1"), words=("--dry-run",))

    assert done.exit_code == 0
    assert (number(done.output, "new"), number(done.output, "absent")) == (1, 0)
    assert count(database) == 0


@pytest.mark.parametrize(("name", "make_file"), [("a.csv", csv_of), ("a.xlsx", xlsx_of)])
def test_a_roster_is_applied_and_the_second_time_says_that_nothing_is_new(
    bring_in, database, name, make_file
):
    content = make_file(deployed("SN-1"), somebody("SN-2"))
    words = ("--yes", "--new-missions")

    first = bring_in(content=content, name=name, words=words)
    second = bring_in(content=content, name=name, words=words)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "new missions            1   River Mission" in first.output
    assert number(second.output, "unchanged") == 2
    assert "This very file was applied on" in second.output
    assert "Nothing is to be done." in second.output
    assert (count(database), count(database, RosterImport)) == (2, 1)


def test_without_a_yes_nothing_is_applied(bring_in, database):
    done = bring_in(somebody(), words=(), stdin="n\n")

    assert done.exit_code == 1
    assert count(database) == 0


def test_problems_are_told_by_line_and_column_with_what_helps(bring_in, database):
    done = bring_in(somebody("SN-1"), deployed("SN-2", deployed_from="03/04/2026", unit="Mars"))

    assert done.exit_code == 1
    assert "line 3, deployed_from: problem: Could be two different days." in done.output
    assert "line 3, unit" not in done.output  # first what can be read at all
    assert "Nothing was applied." in done.output
    assert count(database) == 0


def test_more_than_two_hundred_problems_are_counted(bring_in):
    done = bring_in(*(somebody(f"SN-{each}", unit="Mars") for each in range(250)))

    assert done.output.count("There is no such unit.") == 200
    assert "and 50 more" in done.output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"given\r\nMara\r\n", "service_number, family, unit"),
        ("service_number,given,family,unit\n1,Zo\xeb,B,C".encode("latin-1"), "not in UTF-8"),
        (b"x" * (MOST_BYTES + 1), "larger than 8 MiB"),
        (b'service_number,given,family,unit\n1,"', "damaged at line 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(bring_in, content, sentence):
    done = bring_in(content=content)

    assert done.exit_code == 1
    assert sentence in done.output


def test_an_import_is_listed_and_taken_back_once(bring_in, run, database):
    key = KEY.search(bring_in(somebody()).output)[1]

    listed = run("people", "imports").output
    undone = run("people", "undo", key)
    again = run("people", "undo", key)

    assert key in listed and "undone" not in listed
    assert (undone.exit_code, number(undone.output, "removed")) == (0, 1)
    assert "undone" in run("people", "imports").output
    assert (again.exit_code, count(database)) == (1, 0)
    assert "taken back already" in again.output


def test_what_has_to_stay_is_named_and_the_rest_goes_even_so(bring_in, run, make, database):
    key = KEY.search(bring_in(somebody("SN-1"), somebody("SN-2")).output)[1]
    with database.reading() as session:
        person = session.scalars(select(Person).order_by(Person.id)).first()
    make.actor(person=person)

    refused = run("people", "undo", key)
    assert (refused.exit_code, count(database)) == (1, 2)
    assert refused.output.count(": stays. This person is in use by now") == 1
    done = run("people", "undo", key, "--even-so")

    assert (number(done.output, "removed"), number(done.output, "stays")) == (1, 1)
    assert count(database) == 1


def test_an_operator_acts_in_the_contingent_that_is_named(bring_in, make, root, database):
    other = make.unit("Second Contingent")
    row = somebody(unit="Second Contingent")

    first = bring_in(row, words=("--yes",))
    named = bring_in(row, words=("--yes", "--contingent", "Second Contingent"))
    unknown = bring_in(row, words=("--yes", "--contingent", "Third"))

    assert (first.exit_code, named.exit_code, unknown.exit_code) == (1, 0, 1)
    with database.reading() as session:
        assert session.scalars(select(Person.unit_id)).all() == [other.id]


def test_an_unknown_import_is_said_to_be_unknown(run, root):
    done = run("people", "undo", "00000000-0000-0000-0000-000000000000")

    assert done.exit_code == 1
    assert "There is no such import." in done.output


def test_there_is_a_sentence_for_everything_that_can_be_said():
    assert set(roster_words.FILE) == set(Refusal)
    assert set(roster_words.LINE) == {*Trouble, *Notice}
    assert set(roster_words.STAYS) == set(Stays)
