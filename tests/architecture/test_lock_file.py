"""What is installed is pinned, with a hash for every file."""

import re
import tomllib

import pytest

from tests.architecture.code import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NEEDED = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-pdf.lock": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["pdf"],
    "requirements-dev.lock": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
}
BUILD_TOOL = "setuptools"  # installs the product itself, before any tests


def canonical(requirement):
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement).group()).lower()


def pinned(lock):
    """Every package of a lock file with its version and its number of hashes."""
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[A-Za-z])", re.sub(r"(?m)^\s*#.*\n", "", text))
    found = {}
    for entry in entries:
        match = re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", entry)
        if match:
            found[canonical(match.group(1))] = (match.group(2), entry.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("lock", NEEDED)
def test_every_dependency_is_pinned_with_a_hash(lock):
    locked = pinned(lock)

    assert {canonical(each) for each in NEEDED[lock]} <= set(locked)
    assert [name for name, (_, hashes) in locked.items() if hashes == 0] == []


def test_all_lock_files_pin_the_same_versions():
    *smaller, dev = (pinned(lock) for lock in NEEDED)

    for each in smaller:
        of_each = {name: version for name, (version, _) in each.items() if name != BUILD_TOOL}
        assert of_each == {name: dev.get(name, ("absent",))[0] for name in of_each}


@pytest.mark.parametrize("lock", NEEDED)
def test_nothing_is_fetched_from_a_named_place(lock):
    text = (ROOT / lock).read_text()

    assert not re.search(r"https?://|--index-url|--extra-index-url|@ file", text)
