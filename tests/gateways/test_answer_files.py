"""Files of historic answers: wrong files are stopped as a whole, wrong rows one by one."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from welfare.gateways.answer_files import (
    Columns,
    FileRefused,
    Refused,
    Row,
    check_file,
    read_mapping,
    read_rows,
)

ROOT = Path(__file__).parents[2]
TODAY = date(2024, 6, 1)
HEADER = "who,day,q1,q2,sex,born"
COLUMNS = Columns(
    person="who",
    day="day",
    instrument="gad-2",
    items={"1": "q1", "2": "q2"},
    missing=frozenset({"7", "9"}),
    sex="sex",
    birth_year="born",
)
GOOD = "a,2024-01-02,0,3,female,1980"


def write(tmp_path, *lines, end="\n", encoding="utf-8", name="answers.csv"):
    path = tmp_path / name
    content = (end.join(lines) + end).encode(encoding)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def rows_of(path, columns=COLUMNS):
    return list(read_rows(path, columns, today=TODAY))


def only(path):
    (row,) = rows_of(path)
    return row


def test_a_row_is_read_with_its_line_person_day_answers_and_facts(tmp_path):
    row = only(write(tmp_path, HEADER, GOOD))

    assert (row.number, row.person, row.day) == (2, "a", date(2024, 1, 2))
    assert row.answers == {"1": 0, "2": 3}
    assert (row.facts["sex"], row.facts["birth_year"]) == ("female", 1980)
    assert not row.is_blank


@pytest.mark.parametrize("gap", ["", " ", "7", "9"])
def test_an_empty_field_and_a_missing_code_mean_not_answered(tmp_path, gap):
    row = only(write(tmp_path, HEADER, f"a,2024-01-02,{gap},{gap},,"))

    assert row.answers == {"1": None, "2": None}
    assert row.is_blank
    assert (row.facts["sex"], row.facts["birth_year"]) == (None, None)


@pytest.mark.parametrize(
    ("written", "facts"),
    [
        ("Female,1990", ("female", 1990)),
        (" MALE , 1990 ", ("male", 1990)),
        ("other,90", (None, None)),
        ("2,19900", (None, None)),
        ("," + "9" * 5000, (None, None)),
        ("x,-198", (None, None)),
    ],
)
def test_facts_that_are_no_facts_are_left_out(tmp_path, written, facts):
    row = only(write(tmp_path, HEADER, f"a,2024-01-02,0,0,{written}"))

    assert (row.facts["sex"], row.facts["birth_year"]) == facts


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2024-01-02,0,0,,", "no person in column who"),
        ("  ,2024-01-02,0,0,,", "no person in column who"),
        ("a,02/01/2024,0,0,,", "column day is not a date as yyyy-mm-dd"),
        ("a,2023-02-29,0,0,,", "column day is not a date as yyyy-mm-dd"),
        ("a,,0,0,,", "column day is not a date as yyyy-mm-dd"),
        ("a,2024-06-02,0,0,,", "column day lies in the future"),
        ("a,2024-01-02,0,4,,", "column q2: the value is not on offer for item 2"),
        ("a,2024-01-02,-1,0,,", "column q1: the value is not on offer for item 1"),
        ("a,2024-01-02,1.0,0,,", "column q1: the value is not on offer for item 1"),
        ("a,2024-01-02,often,0,,", "column q1: the value is not on offer for item 1"),
        ("a,2024-01-02,0,0,", "the row has 5 values, the header 6"),
        ("a,2024-01-02,0,0,,,", "the row has 7 values, the header 6"),
        ("a", "the row has 1 values, the header 6"),
    ],
)
def test_a_broken_row_is_refused_with_its_line_and_the_others_are_kept(tmp_path, line, reason):
    path = write(tmp_path, HEADER, GOOD, line, GOOD)

    first, broken, last = rows_of(path)

    assert broken == Refused(3, reason)
    assert isinstance(first, Row)
    assert isinstance(last, Row)
    assert last.number == 4


def test_the_day_of_today_is_no_future(tmp_path):
    assert isinstance(only(write(tmp_path, HEADER, "a,2024-06-01,0,0,,")), Row)


def test_a_refusal_never_repeats_what_stood_in_the_row(tmp_path):
    path = write(tmp_path, HEADER, "Secretname,never,0,0,,", "Secretname,2024-01-01,13579,0,,")

    reasons = " ".join(row.reason for row in rows_of(path))

    assert "Secretname" not in reasons
    assert "13579" not in reasons


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    path = write(
        tmp_path,
        "who,day,q1,q2,sex,born,note",
        'a,2024-01-02,0,0,,,"over',
        "three",
        'lines"',
        "",
        "b,2024-01-02,0,0,,,x",
        "c,wrong,0,0,,,x",
    )

    assert [row.number for row in rows_of(path)] == [2, 6, 7]


def test_a_quote_left_open_is_told_with_the_lines_it_swallowed(tmp_path):
    path = write(tmp_path, HEADER, GOOD, 'b,2024-01-02,"0,0,,', GOOD, GOOD)

    first, broken = rows_of(path)

    assert isinstance(first, Row)
    assert broken == Refused(
        3, "the row has 3 values, the header 6; it runs to line 5, see its quotes"
    )


@pytest.mark.parametrize(
    ("end", "encoding", "name"),
    [
        ("\r\n", "utf-8", "answers.csv"),
        ("\n", "utf-8-sig", "answers.csv"),
        ("\r\n", "utf-8-sig", "answers.csv.gz"),
        ("\r", "utf-8", "answers.csv"),
    ],
)
def test_line_ends_byte_order_marks_and_packing_do_not_matter(tmp_path, end, encoding, name):
    path = write(tmp_path, HEADER, GOOD, GOOD, end=end, encoding=encoding, name=name)

    check_file(path, COLUMNS)

    assert [row.number for row in rows_of(path)] == [2, 3]
    assert rows_of(path)[0].answers == {"1": 0, "2": 3}


def test_further_columns_in_any_order_do_not_matter(tmp_path):
    path = write(tmp_path, "note,q2,q1,day,born,sex,who", "x,3,0,2024-01-02,1980,male,a")

    assert only(path).answers == {"1": 0, "2": 3}


def test_a_file_with_only_a_header_has_no_rows(tmp_path):
    path = write(tmp_path, HEADER)

    check_file(path, COLUMNS)

    assert rows_of(path) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column who, day, q1, q2, sex, born"),
        (b"\n", "no column who, day"),
        (b"who,day,q1,sex,born\n", "no column q2"),
        (b"WHO,day,q1,q2,sex,born\n", "no column who"),
        (b"who;day;q1;q2;sex;born\n", "no column who"),
        (b"who,day,q1,q1,q2,sex,born\n", "more than one column q1"),
        (
            b"who,day,q1,q2,sex,born\na,2024-01-01,0,0,\xff,\n",
            "cannot be read as a CSV file in UTF-8",
        ),
        ("who,day,q1,q2,sex,born\n".encode("utf-16"), "cannot be read as a CSV file in UTF-8"),
        (b"who,day,q1,q2,sex,born\n" + b'"' + b"x" * 200_000, "cannot be read as a CSV"),
    ],
)
def test_a_file_of_another_shape_is_refused_as_a_whole(tmp_path, content, reason):
    path = tmp_path / "answers.csv"
    path.write_bytes(content)

    with pytest.raises(FileRefused, match=reason):
        check_file(path, COLUMNS)


@pytest.mark.parametrize("damage", ["cut off", "not packed", "changed"])
def test_a_damaged_packed_file_is_refused_as_a_whole(tmp_path, damage):
    path = write(
        tmp_path, HEADER, *[f"{n},2024-01-02,0,{n % 4},," for n in range(999)], name="a.gz"
    )
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut off": whole[:middle],
            "not packed": b"who,day\n",
            "changed": whole[:middle] + bytes(40) + whole[middle + 40 :],
        }[damage]
    )

    with pytest.raises(FileRefused, match="cannot be read"):
        check_file(path, COLUMNS)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"instrument": "no-such"}, "no instrument 'no-such'"),
        ({"items": {"1": "q1", "12": "q2"}}, "gad-2 has no item 12"),
        ({"items": {"1": "q1", "2": "q1"}}, "Each item needs a column of its own"),
        ({"items": {}}, "Each item needs a column of its own"),
    ],
)
def test_columns_that_do_not_fit_the_instrument_are_refused(tmp_path, change, reason):
    given = {"person": "who", "day": "day", "instrument": "gad-2", "items": {"1": "q1", "2": "q2"}}

    with pytest.raises(FileRefused, match=reason):
        check_file(write(tmp_path, HEADER, GOOD), Columns(**given | change))


def test_a_mapping_file_is_read(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(
        'person="who"\ndate="day"\ninstrument="gad-2"\nmissing=[7, "9"]\nsex="sex"\n'
        'birth_year="born"\n[items]\n1="q1"\n2="q2"\n'
    )

    assert read_mapping(path) == COLUMNS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"person=", "cannot be read as TOML"),
        (b"\xff", "cannot be read as TOML"),
        (b'person="who"', "needs person, date, instrument"),
        (b'person="a"\ndate="b"\ninstrument="c"\nitems=[]', "needs person, date, instrument"),
        (b'person="a"\ndate="b"\ninstrument="c"\nmissing=7\n[items]\n1="q"', "needs person"),
    ],
)
def test_a_mapping_file_that_is_none_is_refused(tmp_path, content, reason):
    path = tmp_path / "mapping.toml"
    path.write_bytes(content)

    with pytest.raises(FileRefused, match=reason):
        read_mapping(path)


def test_the_mapping_that_comes_with_the_product_fits_the_questionnaire():
    columns = read_mapping(ROOT / "docs" / "mappings" / "nhanes-phq9.toml")

    assert columns.instrument == "phq-9"
    assert columns.items == {str(item): f"DPQ0{item}0" for item in range(1, 10)}
    assert columns.missing == {"7", "9"}
