"""The first sheet of an XLSX file as text. What is in the file is counted before it is believed.

A workbook is a zip of XML. A small one can unpack to gigabytes, and a sheet with a single cell
far away makes its reader lay out all the cells between. So every part is unpacked here, bounded;
the places of all cells are looked at; and the reader gets a fresh copy made of those parts.
"""

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

MAGIC = b"PK\x03\x04"
MOST_PARTS = 500
MOST_UNPACKED = 64 * 1024 * 1024
MOST_RATIO = 200  # unpacked to packed; honest sheets stay below 30
SMALL = 1024 * 1024  # nobody is hurt by so little, however well it was packed
CHUNK = 64 * 1024
NEEDED_PART = "xl/workbook.xml"
PLACE = re.compile(rb"""[\s"']r\s*=\s*(?:"([^"]*)"|'([^']*)')""")
CELL = re.compile(rb"([A-Za-z]{0,3})([0-9]{0,7})")
LETTERS = 26
MIDNIGHT = time(0)


class WorkbookRefused(Exception):
    """`code` is one of the refusals of a roster file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_rows(content: bytes, *, rows: int, columns: int) -> list[list[str]]:
    """The cells of the first sheet, none left out: row 1 is the first. Formulas give the value
    that was last worked out. Raises WorkbookRefused, also beyond `rows` and `columns`."""
    parts = _unpacked(content)
    for part in parts.values():
        if b"sheetData" in part:
            _check_places(part, rows, columns)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts)))
        sheet = book.get_sheet_by_index(0)
        found = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise WorkbookRefused("broken") from None
    return [[_text(cell) for cell in row] for row in found]


def _unpacked(content: bytes) -> dict[str, bytes]:
    """What the directory promises is asked first; then each part may not hold more than that."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            listed = file.infolist()
            _check_directory(listed, len(content))
            return {each.filename: _part(file, each) for each in listed if not each.is_dir()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise WorkbookRefused("broken") from None


def _check_directory(listed: list[zipfile.ZipInfo], packed: int) -> None:
    names = [each.filename for each in listed]
    if NEEDED_PART not in names:
        raise WorkbookRefused("kind")
    unpacked = sum(each.file_size for each in listed)
    is_bomb = unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_RATIO * packed)
    if is_bomb or len(listed) > MOST_PARTS:
        raise WorkbookRefused("unpacked")
    if len(set(names)) < len(names):
        raise WorkbookRefused("broken")


def _part(file: zipfile.ZipFile, listed: zipfile.ZipInfo) -> bytes:
    """The library stops at the length that the directory gives, and checks the sum of it."""
    gathered = bytearray()
    with file.open(listed) as part:
        while piece := part.read(CHUNK):
            gathered += piece
            if len(gathered) > listed.file_size:
                raise WorkbookRefused("unpacked")
    return bytes(gathered)


def _packed(parts: dict[str, bytes]) -> bytes:
    """A file whose directory is our own: what was not unpacked here is not in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return written.getvalue()


def _check_places(sheet: bytes, rows: int, columns: int) -> None:
    """No row or cell may stand beyond the limits, or say where it stands in an unusual way."""
    if b"\x00" in sheet:
        raise WorkbookRefused("broken")
    for quoted, single in PLACE.findall(sheet):
        place = CELL.fullmatch(quoted or single)
        if place is None:
            raise WorkbookRefused("broken")
        if int(place[2] or 0) > rows:
            raise WorkbookRefused("too_many_rows")
        if _column(place[1]) > columns:
            raise WorkbookRefused("too_many_columns")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + letter - ord("A") + 1
    return number


def _text(cell: Any) -> str:
    """Days as ISO has them; whole numbers without a point, as people see them in the sheet."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
