"""The ring of keys in a key file: whole or refused, rotated without losing what came before."""

import json
from base64 import b64decode, b64encode

import pytest

from models.sealing import LOSS, KeyFileProblem, parse_ring
from models.sealing.keys import new_ring

LONG_ENOUGH = b64encode(b"k" * 32).decode()
JUNK = [
    b"",
    b"not json",
    b"null",
    b"[]",
    b'"text"',
    b"7",
    b"{}",
    b"\xff\xfe",
    b'{"format": "welfare-keys-1"}',
    b"[" * 100_000,
]


@pytest.fixture
def ring():
    return new_ring()


def same(one, other):
    """Do both hold the same keys, with the same one in use?"""
    return (
        one.is_of_site(other)
        and one.wrapping_id == other.wrapping_id
        and one.names == other.names
        and all(one.holds(other, name) for name in other.names)
    )


def rewritten(ring, **changes):
    return json.dumps(json.loads(ring.dump()) | changes).encode()


def without_check(content):
    parts = json.loads(content)
    del parts["check"]
    return json.dumps(parts).encode()


def test_what_was_written_is_read_back(ring):
    assert same(parse_ring(ring.dump()), ring)


def test_two_rings_have_nothing_in_common(ring):
    other = new_ring()

    assert ring.names.isdisjoint(other.names)
    assert ring.derived("site") != other.derived("site")
    assert not ring.is_of_site(other)


def test_derived_keys_are_told_apart_by_their_purpose(ring):
    derived = [ring.derived(purpose) for purpose in ("site", "index|login", "form-tokens")]

    assert len(set(derived)) == 3
    assert {len(key) for key in derived} == {32}


@pytest.mark.parametrize("content", JUNK)
def test_what_is_no_key_file_is_refused(content):
    with pytest.raises(ValueError):  # noqa: PT011 - its words are for nobody
        parse_ring(content)


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
        {"wrapping": {"k1": LONG_ENOUGH}, "current": ["k1"]},
        {"more": "than we know"},
    ],
)
def test_a_wrong_part_is_refused_with_and_without_a_check_value(ring, changes):
    content = rewritten(ring, **changes)

    for damaged in (content, without_check(content)):
        with pytest.raises(ValueError):  # noqa: PT011
            parse_ring(damaged)


def test_a_single_changed_byte_anywhere_is_refused_or_changes_no_key(ring):
    whole, refused = ring.rotated(), 0
    content = whole.dump()

    for place in range(len(content)):
        for bit in (1, 32):
            damaged = bytearray(content)
            damaged[place] ^= bit
            try:
                assert same(parse_ring(bytes(damaged)), whole)
            except ValueError:
                refused += 1

    assert refused > len(content)


def test_a_file_cut_off_anywhere_is_refused(ring):
    content = ring.dump()

    for length in range(len(content)):
        with pytest.raises(ValueError):  # noqa: PT011
            parse_ring(content[:length])


def test_two_keys_of_one_name_are_refused(ring):
    name = ring.wrapping_id
    doubled = ring.dump().replace(
        b'"wrapping": {', f'"wrapping": {{"{name}": "{LONG_ENOUGH}",'.encode()
    )

    with pytest.raises(ValueError, match="twice"):
        parse_ring(doubled)
    with pytest.raises(ValueError, match="twice"):
        parse_ring(without_check(ring.dump())[:-1] + b', "current": "k1"}')


def test_a_file_of_an_earlier_version_has_no_check_value_and_is_read(ring):
    assert same(parse_ring(without_check(ring.dump())), ring)


def test_rotation_adds_a_current_key_and_keeps_the_former_ones_and_the_root(ring):
    rotated = ring.rotated()

    assert rotated.wrapping_id not in ring.names
    assert rotated.names == ring.names | {rotated.wrapping_id}
    assert rotated.holds(ring, ring.wrapping_id)
    assert rotated.derived("index|login") == ring.derived("index|login")


def test_the_current_key_is_never_taken_out(ring):
    rotated = ring.rotated()

    assert rotated.without(rotated.names).names == {rotated.wrapping_id}


def test_joining_brings_former_keys_back_and_changes_none(ring):
    rotated = ring.rotated()
    retired = rotated.without(ring.names)

    joined = retired.joined(rotated)

    assert same(joined, rotated)


def test_a_key_that_the_ring_lacks_is_named_and_the_loss_explained(ring):
    with pytest.raises(KeyFileProblem, match="'k-gone'.*nothing has been changed") as problem:
        ring.wrapping_key("k-gone")

    assert str(problem.value).endswith(LOSS)


def test_a_ring_never_shows_its_keys_in_its_text(ring):
    ring.derived("site")
    content = json.loads(ring.dump())

    shown = f"{ring} {ring!r} {[ring]}"

    for secret in (*content["wrapping"].values(), content["root"]):
        assert secret not in shown
        assert repr(b64decode(secret)) not in shown
    assert repr(ring.derived("site")) not in shown
