"""Makes rosters for tests: CSV text, and small XLSX workbooks with the parts that matter."""

import csv
import io
import zipfile
from datetime import date

from welfare.gateways.roster_file import COLUMNS

EPOCH = date(1899, 12, 30)
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    '.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_KIND}.sheet.main+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{NAMESPACE}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Roster" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{NAMESPACE}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
SHEET = "xl/worksheets/sheet1.xml"


def csv_of(*rows, columns=COLUMNS, delimiter=","):
    """A CSV file; each row names what matters in it, the rest is empty."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def somebody(number="SN-1", **given):
    """A row that can be used in the contingent of the tests."""
    usual = {
        "service_number": number,
        "given": "Mara",
        "family": "Ilden",
        "sex": "female",
        "birth_year": "1991",
        "rank_band": "nco",
        "language": "en",
        "unit": "Contingent",
        "email": "mara@example.org",
        "phone": "+00 555 0100",
    }
    return usual | given


def deployed(number="SN-1", **given):
    usual = {"mission": "River Mission", "site": "Port Ansel"}
    usual |= {"deployed_from": "2026-01-15", "deployed_until": "2026-07-14"}
    return somebody(number, **usual | given)


def cell(place, value):
    """A cell of a sheet: a day, a number, a formula with its value, or text."""
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - EPOCH).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{place}" t="str"><f>{value[0]}</f><v>{value[1]}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def sheet_of(rows):
    lines = [
        f'<row r="{number}">'
        + "".join(
            cell(f"{chr(ord('A') + place)}{number}", value)
            for place, value in enumerate(row)
            if value != ""
        )
        + "</row>"
        for number, row in enumerate(rows, start=1)
    ]
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def xlsx_of(*rows, columns=COLUMNS, sheet=None, **more):
    """A workbook; `sheet` replaces the XML of its sheet, `more` adds parts."""
    cells = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        parts = PARTS | {SHEET: sheet or sheet_of(cells)} | more
        for name, part in parts.items():
            file.writestr(name, part)
    return written.getvalue()
