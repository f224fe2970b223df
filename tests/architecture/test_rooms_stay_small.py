"""A file or function that has outgrown its room is split by noun, never into 'part 2'."""

import ast

import pytest

from tests.architecture.code import BESIDE, ROOMS, short, tree

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 30
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "data",
    "info",
    "base_views",
}


@pytest.mark.parametrize("room", ROOMS, ids=short)
def test_a_room_is_small_and_says_in_its_first_line_what_it_is_for(room):
    text = room.read_text()

    assert len(text.splitlines()) <= LINES_OF_A_FILE
    assert room.stem not in VAGUE
    if text.strip():
        first = ast.get_docstring(tree(room)).splitlines()[0]
        assert first.endswith((".", ",", ":", ";")) or len(first) > 60, first


def test_files_of_tests_and_benchmarks_are_as_small_and_say_what_they_are_for():
    lines = {short(room): len(room.read_text().splitlines()) for room in BESIDE}
    silent = [
        short(room) for room in BESIDE if lines[short(room)] and not ast.get_docstring(tree(room))
    ]

    assert {name: length for name, length in lines.items() if length > LINES_OF_A_FILE} == {}
    assert [short(room) for room in BESIDE if room.stem in VAGUE] == []
    assert silent == []


@pytest.mark.parametrize("room", ROOMS, ids=short)
def test_a_function_fits_on_a_page(room):
    long = {
        node.name: lines_of(node)
        for node in ast.walk(tree(room))
        if isinstance(node, ast.FunctionDef) and lines_of(node) > LINES_OF_A_FUNCTION
    }

    assert long == {}


def lines_of(function):
    """Lines of the body, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0
