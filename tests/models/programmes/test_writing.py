"""A programme that is written to a file and read again is the same programme."""

import pytest
from hypothesis import given

from models.programmes import codes, load, load_named, read
from models.programmes.writing import write
from tests.models.programmes.lives import EVERYTHING
from tests.models.programmes.made_up import is_sound, programmes
from tests.models.programmes.test_shelf import PUBLISHED


@given(programmes().filter(is_sound))
def test_what_is_written_is_read_as_the_same_programme(programme):
    assert read(write(programme), file="own.toml") == programme


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_preset_survives_being_written(name):
    preset = load_named(name)

    assert read(write(preset), file="own.toml") == preset


def test_everything_that_a_file_can_say_can_be_written():
    assert read(write(EVERYTHING), file="own.toml") == EVERYTHING


def test_what_is_usual_is_not_written():
    text = write(load("canada"))

    assert "spacing_days" not in text
    assert "made_from" not in text
    assert 'interview = "always"' in text
    assert text.count("\n\n[[windows]]\n") == 1
    assert set(codes()) >= {"canada"}
