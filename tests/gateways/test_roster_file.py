"""Rosters as files: what can be read, and every way in which a file as a whole is refused."""

import csv
import io
import struct
import zipfile
from datetime import date

import pytest

from tests.roster_files import NAMESPACE, PARTS, SHEET, csv_of, sheet_of, somebody, xlsx_of
from welfare.gateways import roster_file, roster_workbook
from welfare.gateways.roster_file import COLUMNS, Refusal, RosterRefused, read_roster, template

HEAD = "service_number,given,family,unit\r\n"


def refused(content):
    with pytest.raises(RosterRefused) as caught:
        read_roster(content)
    return caught.value.code, caught.value.where


def test_the_template_can_be_read_and_names_every_column():
    (line,) = read_roster(template().encode())

    assert tuple(line.cells) == COLUMNS
    assert all(line.cells.values())


@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_is_read_with_and_without_a_mark_by_comma_or_semicolon(begin, delimiter):
    content = begin + csv_of(somebody(given="Zoë; or, Mara"), delimiter=delimiter)

    (line,) = read_roster(content)

    assert line.cells["given"] == "Zoë; or, Mara"
    assert (line.number, line.is_whole) == (2, True)


def test_lines_are_numbered_as_an_editor_counts_them_and_empty_ones_are_no_people():
    content = HEAD + '1,A,B,C\r\n\r\n,,,\r\n2,"A\r\nA",B,C\r\n3,A,B,C\r\n'

    assert [line.number for line in read_roster(content.encode())] == [2, 5, 7]


def test_a_line_of_another_length_is_kept_as_one_that_cannot_be_used():
    lines = read_roster((HEAD + "1,A,B\r\n2,A,B,C\r\n").encode())

    assert [line.is_whole for line in lines] == [False, True]
    assert lines[0].cells == {}


def test_heads_may_be_written_with_capitals_and_spaces():
    (line,) = read_roster(b"Service Number,GIVEN,Family,unit\n1,A,B,C\n")

    assert line.cells["service_number"] == "1"


def test_a_workbook_gives_the_same_lines_as_a_csv_file():
    rows = [somebody("SN-1"), somebody("SN-2", phone="", given="Zoë")]

    assert read_roster(xlsx_of(*rows)) == read_roster(csv_of(*rows))


def test_a_day_in_a_sheet_is_a_day_and_a_whole_number_has_no_point():
    row = somebody(deployed_from=date(2026, 4, 3), service_number=10482, birth_year=1991.0)

    (line,) = read_roster(xlsx_of(row))

    assert line.cells["deployed_from"] == "2026-04-03"
    assert (line.cells["service_number"], line.cells["birth_year"]) == ("10482", "1991")


def test_a_formula_in_a_sheet_is_never_worked_out_only_its_last_value_is_read():
    (line,) = read_roster(xlsx_of(somebody(given=("HYPERLINK(&quot;x&quot;)", "Mara"))))

    assert line.cells["given"] == "Mara"


def test_empty_lines_in_a_sheet_are_counted_but_are_no_people():
    rows = [COLUMNS, [], [somebody().get(name, "") for name in COLUMNS]]

    (line,) = read_roster(xlsx_of(sheet=sheet_of(rows)))

    assert line.number == 3


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        (b"", Refusal.EMPTY, ""),
        (HEAD.encode(), Refusal.EMPTY, ""),
        (b"\r\n\r\n", Refusal.EMPTY, ""),
        ((HEAD + "1,Zo\xeb,B,C\r\n").encode("latin-1"), Refusal.ENCODING, ""),
        ((HEAD + "1,A,B,C\r\n").encode("utf-16"), Refusal.KIND, ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), Refusal.KIND, ""),
        (b"%PDF-1.7 \x00", Refusal.KIND, ""),
        ((HEAD + '1,"A,B,C\r\n').encode(), Refusal.BROKEN, "2"),
        (b"given,unit\r\nA,B\r\n", Refusal.MISSING_COLUMNS, "service_number, family"),
        ((HEAD.strip() + ",diagnosis\r\n1,A,B,C,D").encode(), Refusal.UNKNOWN_COLUMNS, "5"),
        ((HEAD.strip() + ",unit\r\n1,A,B,C,D").encode(), Refusal.DOUBLED_COLUMNS, "unit"),
        (("a," * 40 + "b\r\n").encode(), Refusal.TOO_MANY_COLUMNS, ""),
        ((HEAD + f"1,A,B,{'C' * 2001}\r\n").encode(), Refusal.LONG_CELL, "2"),
        (b"x" * (roster_file.MOST_BYTES + 1), Refusal.TOO_LARGE, ""),
        (b"PK\x03\x04 and then nothing of a zip", Refusal.BROKEN, ""),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_a_code(content, code, where):
    assert refused(content) == (code, where)


def test_more_lines_than_may_be_are_refused_and_as_many_as_may_be_are_read():
    line = "1,A,B,C\r\n"

    assert len(read_roster((HEAD + line * roster_file.MOST_ROWS).encode())) == 20_000
    assert refused((HEAD + line * (roster_file.MOST_ROWS + 1)).encode()) == (
        Refusal.TOO_MANY_ROWS,
        "",
    )


def test_a_zip_that_is_no_workbook_is_refused():
    assert refused(zip_of({"a.txt": "a"})) == (Refusal.KIND, "")


def zip_of(parts):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return written.getvalue()


def test_a_zip_bomb_is_refused_by_its_directory_before_anything_is_unpacked(monkeypatch):
    bomb = xlsx_of(somebody(), **{"xl/media/a.bin": bytes(80 * 1024**2)})
    monkeypatch.setattr(roster_workbook, "_part", None)  # unpacking would fail

    assert len(bomb) < roster_file.MOST_BYTES
    assert refused(bomb) == (Refusal.UNPACKED, "")


def test_a_part_that_is_packed_far_too_well_is_refused():
    bomb = xlsx_of(somebody(), **{"xl/media/a.bin": bytes(4 * 1024**2)})

    assert refused(bomb) == (Refusal.UNPACKED, "")


def test_a_directory_that_tells_less_than_there_is_is_refused():
    """The lengths in the directory are changed; what is packed stays as long as it was."""
    content = xlsx_of(somebody(), **{"xl/media/a.bin": bytes(4 * 1024**2)})
    lying = content.replace(struct.pack("<I", 4 * 1024**2), struct.pack("<I", 10))

    assert lying != content
    assert refused(lying) == (Refusal.BROKEN, "")


def test_too_many_parts_are_refused():
    parts = {f"xl/{number}.xml": "" for number in range(600)}

    assert refused(xlsx_of(somebody(), **parts)) == (Refusal.UNPACKED, "")


@pytest.mark.parametrize(
    ("far", "code"),
    [
        ('<c r="XFD1"><v>1</v></c>', Refusal.TOO_MANY_COLUMNS),
        ('<c t="n"r="XFD1"><v>1</v></c>', Refusal.TOO_MANY_COLUMNS),
        ("<c r = 'A1048576'><v>1</v></c>", Refusal.TOO_MANY_ROWS),
        ('<c r="&#88;FD1"><v>1</v></c>', Refusal.BROKEN),
        ('</row><row r="1048576"><c><v>1</v></c>', Refusal.TOO_MANY_ROWS),
    ],
)
def test_a_cell_far_away_is_refused_before_the_cells_between_are_laid_out(far, code):
    sheet = f'<worksheet xmlns="{NAMESPACE}"><sheetData><row r="1">{far}</row></sheetData>'

    assert refused(xlsx_of(sheet=sheet + "</worksheet>"))[0] is code


def test_a_sheet_that_is_no_xml_is_refused():
    assert refused(xlsx_of(sheet="<worksheet><sheetData><row"))[0] in (
        Refusal.BROKEN,
        Refusal.EMPTY,
    )


def test_a_workbook_without_its_sheet_is_refused():
    parts = {name: part for name, part in PARTS.items() if name != SHEET}

    assert refused(zip_of(parts)) == (Refusal.BROKEN, "")


def test_a_locked_workbook_is_refused():
    content = bytearray(xlsx_of(somebody()))
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = content.find(start) + (6 if start[2] == 3 else 8)
        content[place] |= 1  # the flag that says: encrypted

    assert refused(bytes(content)) == (Refusal.BROKEN, "")


def test_the_template_is_a_csv_that_no_program_takes_for_a_formula():
    cells = [cell for row in csv.reader(io.StringIO(template())) for cell in row]

    assert [cell for cell in cells if cell[:1] in "=-@"] == []
