"""The envelope: what is sealed opens only where it belongs, unchanged, with its own key."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sealing import Place, SealBroken, new_data_key, open_sealed, seal, unwrap, wrap
from models.sealing.envelope import FORMAT, NONCE_BYTES

KEY = bytes(range(32))
ROW, PERSON, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
HOME = Place("screening", "payload", ROW, PERSON)
TAG_BYTES = 16


@given(st.binary(max_size=5000), st.sampled_from([64, 128, 1024, 2048]))
def test_what_was_sealed_opens_unchanged(plain, size):
    assert open_sealed(KEY, HOME, seal(KEY, HOME, plain, size=size)) == plain


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("draft", "payload", ROW, PERSON),
        Place("screening", "summary", ROW, PERSON),
        Place("screening", "payload", OTHER, PERSON),
        Place("screening", "payload", ROW, OTHER),
        Place("screening|payload", "", ROW, PERSON),
    ],
    ids=["table", "column", "row", "person", "names that run into each other"],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(elsewhere):
    sealed = seal(KEY, HOME, b"answers")

    with pytest.raises(SealBroken):
        open_sealed(KEY, elsewhere, sealed)


def test_another_persons_key_does_not_open_it():
    sealed = seal(KEY, HOME, b"answers")

    with pytest.raises(SealBroken):
        open_sealed(new_data_key(), HOME, sealed)


def test_every_changed_byte_is_noticed():
    sealed = seal(KEY, HOME, b"answers", size=64)

    noticed = 0
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 0x01
        with pytest.raises(SealBroken):
            open_sealed(KEY, HOME, bytes(changed))
        noticed += 1

    assert noticed == len(sealed)


def test_every_shortened_ciphertext_is_noticed():
    sealed = seal(KEY, HOME, b"answers", size=64)

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            open_sealed(KEY, HOME, sealed[:length])


@given(st.binary(max_size=1023), st.binary(max_size=1023))
def test_contents_of_different_length_are_sealed_to_the_same_length(one, other):
    length = len(FORMAT) + NONCE_BYTES + 1024 + TAG_BYTES

    assert len(seal(KEY, HOME, one)) == len(seal(KEY, HOME, other)) == length


def test_content_that_fills_its_block_goes_to_the_next_one():
    lengths = [len(seal(KEY, HOME, b"x" * count, size=64)) for count in (63, 64, 127, 128)]

    assert [length - lengths[0] for length in lengths] == [0, 64, 64, 128]


def test_the_same_content_is_never_sealed_the_same_way_twice():
    sealed = [seal(KEY, HOME, b"answers") for _ in range(1000)]

    assert len({each[1 : 1 + NONCE_BYTES] for each in sealed}) == 1000


def test_an_unknown_format_is_refused():
    later = b"\x02" + seal(KEY, HOME, b"answers")[1:]

    with pytest.raises(SealBroken, match="unknown format"):
        open_sealed(KEY, HOME, later)


def test_a_refusal_never_shows_what_was_sealed():
    with pytest.raises(SealBroken) as refused:
        open_sealed(new_data_key(), HOME, seal(KEY, HOME, b"answers"))

    assert "answers" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_wrapped_key_opens_for_its_person_only():
    data_key = new_data_key()

    wrapped = wrap(KEY, PERSON, data_key)

    assert unwrap(KEY, PERSON, wrapped) == data_key
    with pytest.raises(SealBroken):
        unwrap(KEY, OTHER, wrapped)
    with pytest.raises(SealBroken):
        unwrap(new_data_key(), PERSON, wrapped)


def test_every_changed_byte_of_a_wrapped_key_is_noticed():
    wrapped = wrap(KEY, PERSON, new_data_key())

    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 0x80
        with pytest.raises(SealBroken):
            unwrap(KEY, PERSON, bytes(changed))


def test_data_keys_are_32_bytes_and_never_alike():
    keys = {new_data_key() for _ in range(1000)}

    assert len(keys) == 1000
    assert {len(key) for key in keys} == {32}
