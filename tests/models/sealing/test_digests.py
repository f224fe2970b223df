"""Keyed digests: the same name finds the same row, and nobody without the key can guess it."""

from hashlib import sha256

import pytest

from models.sealing import blind_index, keyed_digest, make_key_file


@pytest.mark.parametrize(
    "written",
    ["marrow", "MARROW", " Marrow ", "\tmarrow\n", "\uff4d\uff41\uff52\uff52\uff4f\uff57"],
    ids=["as it is", "capitals", "blanks", "tab and line", "full-width letters"],
)
def test_a_name_is_found_however_it_is_written(keys, written):
    assert blind_index(keys, "login", written) == blind_index(keys, "login", "marrow")


def test_composed_and_decomposed_letters_are_the_same_name(keys):
    assert blind_index(keys, "login", "Ame\u0301lie") == blind_index(keys, "login", "am\u00e9lie")
    assert blind_index(keys, "login", "Strasse") == blind_index(keys, "login", "stra\u00dfe")


def test_other_names_and_other_fields_have_other_index_values(keys):
    values = {
        blind_index(keys, "login", "marrow"),
        blind_index(keys, "login", "marrow1"),
        blind_index(keys, "login", "mar row"),
        blind_index(keys, "service_number", "marrow"),
    }

    assert len(values) == 4


def test_another_site_has_other_index_values(keys, tmp_path):
    other = make_key_file(tmp_path / "other.key")

    assert blind_index(keys, "login", "marrow") != blind_index(other, "login", "marrow")


def test_an_index_value_is_not_a_plain_digest(keys):
    assert blind_index(keys, "login", "marrow") != sha256(b"marrow").digest()


def test_the_digest_is_the_published_hmac():
    """RFC 4231, test case 2."""
    digest = keyed_digest(b"Jefe", b"what do ya want for nothing?")

    assert digest.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
