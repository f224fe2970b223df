"""Drawings made from the code must match the ones that people have approved."""

from pathlib import Path

import pytest

from welfare.cli.dictionary import draw_markdown
from welfare.cli.drawings import draw_access_matrix, draw_flows

APPROVED = Path(__file__).parents[1] / "approved"
DICTIONARY = Path(__file__).parents[2] / "docs" / "data_dictionary.md"


@pytest.mark.parametrize(
    ("draw", "name"), [(draw_access_matrix, "access_matrix.md"), (draw_flows, "flows.mmd")]
)
def test_a_drawing_is_the_approved_one(draw, name):
    assert draw() + "\n" == (APPROVED / name).read_text(), f"welfare drawings, then approve {name}"


def test_the_data_dictionary_is_what_the_code_draws():
    assert draw_markdown() + "\n" == DICTIONARY.read_text(encoding="utf-8"), (
        "welfare instruments dictionary > docs/data_dictionary.md, then read what changed"
    )
