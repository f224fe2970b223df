"""`welfare programmes`: what is in force, and what is wrong with a file, key by key."""

import pytest

from models.programmes import load
from models.programmes.shelf import PRESETS
from tests.models.rows import write_a_programme


def test_the_list_names_presets_and_own_programmes_and_who_follows_them(run, make):
    contingent = make.root
    write_a_programme(make)

    lines = run("programmes", "list").output.splitlines()

    assert lines[0].split() == ["programme", "windows", "from", "followed", "by"]
    rows = {words[0]: words[1:] for words in map(str.split, lines[1:])}
    assert rows["own-army/1"] == ["1", "site"]
    assert rows[load("un-contingent").name][1:] == ["product", contingent.name]


@pytest.mark.parametrize("file", sorted(PRESETS.glob("*.toml")), ids=lambda file: file.stem)
def test_nothing_is_wrong_with_the_presets(run, file):
    done = run("programmes", "check", file)

    assert done.exit_code == 0
    assert "nothing is wrong" in done.output


def test_every_problem_of_a_file_is_told_with_its_key(run, tmp_path):
    file = tmp_path / "army.toml"
    text = (PRESETS / "canada.toml").read_text()
    file.write_text(text.replace("at_least = 3", "at_least = 0").replace("due = 180", "due = 1"))

    done = run("programmes", "check", file)

    assert done.exit_code == 1
    assert "army.toml: gates[1].at_least: 0 must be above 0 and at most 5" in done.output
    assert "army.toml: gates[2].at_least: 0 must be above 0 and at most 6" in done.output
    assert "army.toml: windows[1].opens: opens at 90, after it is due at 1" in done.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"[[", "is not TOML"),
        (b'code = "army"', "version: is missing"),
    ],
)
def test_a_file_that_is_no_programme_at_all_is_refused_in_one_sentence(
    run, tmp_path, content, said
):
    file = tmp_path / "army.toml"
    file.write_bytes(content)

    done = run("programmes", "check", file)

    assert (done.exit_code, said in done.output) == (1, True)
