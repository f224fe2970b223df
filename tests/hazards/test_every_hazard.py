"""The table in `docs/hazards.md` is true: what it names is there, and nothing is left out."""

import ast
import re

import pytest

from tests.architecture.code import ROOT

HERE = ROOT / "tests" / "hazards"
ROW = re.compile(r"^\| (.+?) \| `(\S+)` `(\w+)` \| `(\S+)` `(\w+)` \|$", re.MULTILINE)
TABLE = (ROOT / "docs" / "hazards.md").read_text()
ROWS = ROW.findall(TABLE)


def test_every_line_of_the_table_is_read():
    assert len(ROWS) == len(re.findall(r"^\| (?!Hazard)", TABLE, re.MULTILINE))
    assert len({hazard for hazard, *_ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("hazard", "room", "control", "file", "test"), ROWS)
def test_a_hazard_has_a_control_and_a_test(hazard, room, control, file, test):
    functions = {
        node.name
        for node in ast.walk(ast.parse((HERE / file).read_text()))
        if isinstance(node, ast.FunctionDef)
    }

    assert test in functions, hazard
    assert re.search(rf"\b{control}\b", (ROOT / room).read_text()), hazard


def test_every_file_of_hazards_stands_in_the_table():
    files = {path.relative_to(HERE).as_posix() for path in HERE.rglob("test_*.py")}

    assert files - {file for *_, file, _ in ROWS} == {"test_every_hazard.py"}
