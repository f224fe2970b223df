"""What leaves the machine is opened by its identity alone, whole or not at all."""

import io
import tracemalloc

import pytest

from welfare.gateways.offline_seal import (
    OfflineSealProblem,
    new_identity,
    open_bytes,
    open_stream,
    read_identities,
    recipients,
    seal_bytes,
    seal_stream,
)

PLAIN = bytes(range(256)) * 1000  # several of the format's 64 KiB pieces


@pytest.fixture
def identity():
    return new_identity()


@pytest.fixture
def sealed(identity):
    return seal_bytes(PLAIN, to=[identity.to_public()])


def test_what_was_sealed_opens_with_each_of_its_identities(identity):
    other = new_identity()

    sealed = seal_bytes(PLAIN, to=recipients(f"{identity.to_public()}, {other.to_public()}"))

    assert open_bytes(sealed, using=[identity]) == PLAIN
    assert open_bytes(sealed, using=[new_identity(), other]) == PLAIN


def test_another_identity_is_told_so(sealed):
    with pytest.raises(OfflineSealProblem, match="for another identity"):
        open_bytes(sealed, using=[new_identity()])


@pytest.mark.parametrize("kept", [0, 1, 21, 100, 200, 65_000, 70_000, 200_000, -17, -1])
def test_a_file_that_was_cut_off_is_refused(sealed, identity, kept):
    with pytest.raises(OfflineSealProblem, match="damaged, cut off"):
        open_bytes(sealed[:kept], using=[identity])


@pytest.mark.parametrize("place", [5, 180, 300, 70_000, -1])
def test_a_flipped_bit_is_refused(sealed, identity, place):
    changed = bytearray(sealed)
    changed[place] ^= 1

    with pytest.raises(OfflineSealProblem):
        open_bytes(bytes(changed), using=[identity])


def test_something_behind_the_end_is_refused(sealed, identity):
    with pytest.raises(OfflineSealProblem):
        open_bytes(sealed + b"more", using=[identity])


def test_sealing_to_nobody_is_refused():
    with pytest.raises(OfflineSealProblem, match="no public key"):
        seal_bytes(PLAIN, to=[])


@pytest.mark.parametrize(
    "text", ["age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1", "age1" + "q" * 58]
)
def test_what_is_no_public_key_is_refused_and_not_repeated(text):
    with pytest.raises(OfflineSealProblem, match="starts with age1") as refused:
        recipients(text)

    assert text not in str(refused.value).replace("starts with age1;", "")


def test_an_empty_setting_names_nobody():
    assert recipients(" , ") == ()


def test_an_identity_file_as_age_keygen_writes_it_is_read(tmp_path, identity, sealed):
    path = tmp_path / "identity.txt"
    path.write_text(f"# created: 2026-01-01\n# public key: age1xyz\n{identity}\n")

    assert open_bytes(sealed, using=read_identities(path)) == PLAIN


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no identity"),
        (b"# only a comment\n", "no identity"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"AGE-SECRET-KEY-1NOTONE\n", "not an identity"),
    ],
)
def test_a_file_without_an_identity_is_refused_and_not_repeated(tmp_path, content, sentence):
    path = tmp_path / "identity.txt"
    path.write_bytes(content)

    with pytest.raises(OfflineSealProblem, match=sentence) as refused:
        read_identities(path)

    assert "NOTONE" not in str(refused.value)


def test_a_missing_identity_file_is_told(tmp_path):
    with pytest.raises(OfflineSealProblem, match="cannot be read"):
        read_identities(tmp_path / "none")


class Full(io.RawIOBase):
    def write(self, content):
        raise OSError(28, "No space left on device")


def test_what_goes_wrong_on_either_side_comes_through_as_it_is(identity, sealed):
    def breaks():
        yield b"begin"
        raise LookupError("the source")

    with pytest.raises(LookupError, match="the source"):
        seal_stream(breaks(), io.BytesIO(), to=[identity.to_public()])
    with pytest.raises(OSError, match="No space left"):
        seal_stream([PLAIN], Full(), to=[identity.to_public()])
    with pytest.raises(OSError, match="No space left"):
        open_stream(io.BytesIO(sealed), Full(), using=[identity])


def test_pieces_of_any_size_arrive_whole_and_in_order(identity):
    pieces = [b"", b"a", b"", PLAIN, b"b" * 100_000, b""]
    sealed = io.BytesIO()

    seal_stream(iter(pieces), sealed, to=[identity.to_public()])

    assert open_bytes(sealed.getvalue(), using=[identity]) == b"".join(pieces)


def test_a_long_stream_needs_little_memory(identity, tmp_path):
    with (tmp_path / "sealed").open("wb") as target:
        tracemalloc.start()
        seal_stream((PLAIN for _ in range(200)), target, to=[identity.to_public()])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert (tmp_path / "sealed").stat().st_size > 200 * len(PLAIN)
    assert most < 4 * len(PLAIN)
