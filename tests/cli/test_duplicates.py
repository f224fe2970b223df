"""`welfare people duplicates`, `join` and `part` as an operator types them."""

import pytest

from models.session import transaction
from models.tables.merging import Merge
from models.vocabulary import Role
from welfare.services import merging


@pytest.fixture
def request_key(make):
    """Two records with one telephone number, and an administrator's request to join them."""
    two = make.person(), make.person()
    asker = make.actor(Role.ADMINISTRATOR)
    with transaction(make.database) as session:
        given = {"first_id": two[0].id, "second_id": two[1].id, "at": make.now}
        return merging.ask_to_merge(session, actor=asker, **given).id


def test_pairs_and_requests_are_listed_by_id_alone(run, make, request_key):
    done = run("people", "duplicates")

    assert done.exit_code == 0
    assert f"{request_key}  " in done.output
    assert "waiting" in done.output
    assert "pairs                   2" in done.output  # the administrator's, with both
    assert "Marrow" not in done.output


def test_the_console_joins_and_parts_and_says_what_cannot_be_done(run, database, request_key):
    joined = run("people", "join", str(request_key))
    assert (joined.exit_code, f"people part {request_key}" in joined.output) == (0, True)

    parted = run("people", "part", str(request_key))
    assert parted.exit_code == 0
    with database.reading() as session:
        assert session.get_one(Merge, request_key).undone_at is not None

    late = run("people", "join", str(request_key))
    assert (late.exit_code, "cannot be done any more" in late.output) == (1, True)


def test_an_unknown_key_is_said_to_be_unknown(run, make):
    assert make.root
    missing = run("people", "part", "00000000-0000-0000-0000-000000000001")

    assert missing.exit_code == 1
    assert "There is no request with this key." in missing.output
