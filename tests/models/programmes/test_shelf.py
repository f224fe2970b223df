"""The shelf: the newest version by its code, the named one by its name, nothing rewritten."""

import json
import tomllib
from hashlib import sha256

import pytest

from models.programmes import ProgrammeRefused, codes, load, load_named
from models.programmes.shelf import PRESETS

# What each published version says, without its comments. A changed programme is a new version.
PUBLISHED = {
    "blank/1": "e9ba2ab6262fcbae",
    "canada/1": "b6d3d663ec78955a",
    "un-contingent/1": "57e4d130dacf769a",
    "un-contingent/2": "6833c67f6542c4d3",
    "us-2013/1": "dad7a5c67ced4ee4",
    "us-current/1": "06172f792358534b",
}


def said_by(file):
    """Its name, and a mark of what it says, whatever its comments and the order of its keys."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    mark = sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()[:16]
    return f"{table['code']}/{table['version']}", mark


@pytest.fixture
def shelf(tmp_path):
    """Version 2 of a programme, with version 1 beside it."""
    first = (PRESETS / "canada.toml").read_text(encoding="utf-8")
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "canada.1.toml").write_text(first)
    second = first.replace('version = "1"', 'version = "2"').replace("opens = 90", "opens = 80")
    (tmp_path / "canada.toml").write_text(second)
    return tmp_path


def test_a_published_version_still_says_what_it_said():
    on_the_shelf = [*PRESETS.glob("*.toml"), *PRESETS.glob("earlier/*.toml")]

    said = dict(said_by(file) for file in on_the_shelf)

    assert said == PUBLISHED


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_version_can_be_read(name):
    assert load_named(name).name == name


def test_the_newest_version_comes_by_the_code_and_the_earlier_one_by_its_name(shelf):
    assert load("canada", shelf).name == "canada/2"
    assert load("canada", shelf).windows[0].opens == 80
    assert load_named("canada/2", shelf) == load("canada", shelf)
    assert load_named("canada/1", shelf).windows[0].opens == 90
    assert codes(shelf) == ("canada",)


@pytest.mark.parametrize(
    "name",
    [
        *("canada", "canada/", "canada/3", "canada/01", "canada/1/1", "/1", "../canada/1"),
        *("no-such-programme/1", "canada/one", "Canada/1", ""),
    ],
)
def test_a_version_that_is_not_held_is_not_found(shelf, name):
    with pytest.raises(FileNotFoundError):
        load_named(name, shelf)


@pytest.mark.parametrize("code", ["no-such-programme", "../canada", "earlier/canada.1", "", "."])
def test_an_unknown_programme_is_not_found(shelf, code):
    with pytest.raises(FileNotFoundError):
        load(code, shelf)


def test_an_earlier_file_that_says_another_version_is_refused(shelf):
    text = (shelf / "canada.toml").read_text()
    (shelf / "earlier" / "canada.1.toml").write_text(text)

    with pytest.raises(ProgrammeRefused, match=r"canada\.1\.toml: version: must be 1, before 2"):
        load_named("canada/1", shelf)


def test_an_earlier_file_that_is_newer_than_the_newest_is_refused(shelf):
    text = (shelf / "canada.toml").read_text().replace('version = "2"', 'version = "3"')
    (shelf / "earlier" / "canada.3.toml").write_text(text)

    with pytest.raises(ProgrammeRefused, match=r"version: must be 3, before 2"):
        load_named("canada/3", shelf)


def test_a_file_that_names_another_programme_is_refused(shelf):
    (shelf / "canada.toml").rename(shelf / "elsewhere.toml")

    with pytest.raises(ProgrammeRefused, match=r"elsewhere\.toml: code: must be elsewhere"):
        load("elsewhere", shelf)
