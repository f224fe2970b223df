"""The key file: made once, for its owner only, and refused with a sentence when it is not right."""

import json
import stat
from base64 import b64decode, b64encode

import pytest

from models.sealing import FileKeys, KeyFileProblem, make_key_file

LONG_ENOUGH = b64encode(b"k" * 32).decode()


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "keys" / "welfare.key"
    make_key_file(made)
    return made


def rewrite(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_new_key_file_is_readable_by_its_owner_only(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_key_file_gives_the_same_keys_whenever_it_is_read(path):
    first, second = FileKeys.read(path), FileKeys.read(path)

    assert first.wrapping_id == second.wrapping_id
    assert first.wrapping_key(first.wrapping_id) == second.wrapping_key(first.wrapping_id)
    assert first.derived("index|login") == second.derived("index|login")


def test_two_key_files_have_nothing_in_common(tmp_path):
    one, other = (make_key_file(tmp_path / name) for name in ("one", "other"))

    assert one.wrapping_id != other.wrapping_id
    assert one.derived("site") != other.derived("site")


def test_a_key_file_is_never_made_over_an_old_file(path):
    before = path.read_bytes()

    with pytest.raises(KeyFileProblem, match="left alone"):
        make_key_file(path)

    assert path.read_bytes() == before


def test_derived_keys_are_told_apart_by_their_purpose(path):
    keys = FileKeys.read(path)

    derived = [keys.derived(purpose) for purpose in ("site", "index|login", "form-tokens")]

    assert len(set(derived)) == 3
    assert {len(key) for key in derived} == {32}


def test_a_missing_key_file_is_named_with_what_to_do(tmp_path):
    with pytest.raises(KeyFileProblem, match="no key file at .*gone.key.*welfare setup"):
        FileKeys.read(tmp_path / "gone.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_key_file_that_others_may_use_is_refused(path, mode):
    path.chmod(mode)

    with pytest.raises(KeyFileProblem, match="chmod 600"):
        FileKeys.read(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"{}",
        b"\xff\xfe",
        b'{"format": "welfare-keys-1"}',
    ],
)
def test_a_file_that_is_no_key_file_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(KeyFileProblem, match="not a key file"):
        FileKeys.read(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "welfare-keys-2"},
        {"root": b64encode(b"short").decode()},
        {"root": "not base 64 !"},
        {"root": None},
        {"wrapping": {}},
        {"wrapping": [LONG_ENOUGH]},
        {"wrapping": {"k1": b64encode(b"k" * 33).decode()}, "current": "k1"},
        {"wrapping": {"k1": LONG_ENOUGH}, "current": "k2"},
    ],
)
def test_a_key_file_with_a_wrong_part_is_refused(path, changes):
    rewrite(path, **changes)

    with pytest.raises(KeyFileProblem, match="not a key file"):
        FileKeys.read(path)


def test_an_older_wrapping_key_stays_readable_beside_the_current_one(path):
    old = FileKeys.read(path)
    kept = json.loads(path.read_text())["wrapping"]
    rewrite(path, wrapping=kept | {"k-new": LONG_ENOUGH}, current="k-new")

    keys = FileKeys.read(path)

    assert keys.wrapping_id == "k-new"
    assert keys.wrapping_key(old.wrapping_id) == old.wrapping_key(old.wrapping_id)


def test_a_wrapping_key_that_the_file_lacks_is_named(path):
    with pytest.raises(KeyFileProblem, match="'k-gone'.*nothing has been changed"):
        FileKeys.read(path).wrapping_key("k-gone")


def test_keys_never_show_in_their_text(path):
    keys = FileKeys.read(path)
    keys.derived("site")
    secrets = [content for content in json.loads(path.read_text())["wrapping"].values()]
    secrets.append(json.loads(path.read_text())["root"])

    shown = f"{keys} {keys!r} {[keys]}"

    for secret in secrets:
        assert secret not in shown
        assert repr(b64decode(secret)) not in shown
    assert repr(keys.derived("site")) not in shown
