"""The vault: a record opens with its person's key, and with that key gone it is gone."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import StatementError

from models import vault
from models.sealing import SealBroken
from models.tables.columns import NotSealed
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening
from models.vocabulary import Role
from tests.models.queries import counted


def erase(make, person):
    with make.kept() as session:
        session.execute(delete(PersonKey).where(PersonKey.person_id == person.id))


def test_facts_open_with_the_key_of_their_person(database, make):
    person = make.person(sex="female", birth_year=1988)

    with database.reading() as session:
        stored = session.get_one(Person, person.id)
        facts = vault.opened(vault.key_for(session, person_id=person.id), stored, "facts")

    assert (facts["sex"], facts["birth_year"]) == ("female", 1988)


def test_nothing_sealed_stands_in_the_database_in_plain_text(database, make):
    make.person(language="tlh-secret")

    with database.engine.connect() as connection:
        rows = [*connection.execute(select(Person)), *connection.execute(select(Identity))]
    stored = repr(rows)
    assert "Adan" not in stored
    assert "tlh-secret" not in stored


def test_an_erased_persons_key_is_refused(database, make):
    person = make.person()
    erase(make, person)

    with database.reading() as session, pytest.raises(SealBroken, match="erased"):
        vault.key_for(session, person_id=person.id)


def test_an_erased_person_is_not_found_with_a_key(database, make):
    person, other = make.person(), make.person()
    erase(make, person)

    with database.reading() as session:
        assert vault.person_with_key(session, person_id=person.id) is None
        assert vault.person_with_key(session, person_id=uuid4()) is None
        found, key = vault.person_with_key(session, person_id=other.id)
        assert vault.opened(key, found, "facts")["rank_band"] == "nco"


def test_the_key_of_one_person_does_not_open_the_record_of_another(database, make):
    one, other = make.person(), make.person()

    with database.reading() as session:
        key = vault.key_for(session, person_id=one.id)
        with pytest.raises(SealBroken):
            vault.opened(key, session.get_one(Person, other.id), "facts")


def test_a_row_given_the_sealed_value_of_another_row_does_not_open(database, make):
    person = make.person()
    first, second = make.screening(person), make.screening(person)
    with make.kept() as session:
        session.execute(
            update(Screening).where(Screening.id == second.id).values(payload=first.payload)
        )

    with database.reading() as session:
        key = vault.key_for(session, person_id=person.id)
        assert vault.opened(key, session.get_one(Screening, first.id), "payload")
        with pytest.raises(SealBroken):
            vault.opened(key, session.get_one(Screening, second.id), "payload")


def test_a_wrapped_key_given_to_another_person_does_not_open(database, make):
    one, other = make.person(), make.person()
    with make.kept() as session:
        wrapped = session.get_one(PersonKey, one.id).wrapped
        session.get_one(PersonKey, other.id).wrapped = wrapped

    with database.reading() as session, pytest.raises(SealBroken):
        vault.key_for(session, person_id=other.id)


def test_keys_of_many_people_come_in_one_query_and_the_erased_are_left_out(database, make):
    people = [make.person() for _ in range(5)]
    erase(make, people[0])

    with database.reading() as session, counted(database) as sent:
        keys = vault.keys_for(session, person_ids={person.id for person in people})

    assert len(sent) == 1
    assert set(keys) == {person.id for person in people[1:]}
    assert len(set(keys.values())) == 4


def test_one_column_of_many_rows_opens_in_one_query_and_is_none_for_the_erased(database, make):
    people = [make.person(birth_year=1980 + number) for number in range(3)]
    erase(make, people[1])

    with database.reading() as session:
        rows = [session.get_one(Person, person.id) for person in people]
        with counted(database) as sent:
            facts = vault.opened_all(session, rows=rows, column="facts")

    assert len(sent) == 1
    assert [each and each["birth_year"] for each in facts] == [1980, None, 1982]


def test_an_empty_sealed_column_opens_as_none(database, make):
    person = make.person()

    with database.reading() as session:
        key = vault.key_for(session, person_id=person.id)
        assert vault.opened(key, session.get_one(Person, person.id), "summary") is None


def test_names_of_account_holders_come_in_one_query_and_the_erased_keep_a_pseudonym(database, make):
    known, erased = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    with make.kept() as session:
        session.execute(delete(PersonKey).where(PersonKey.person_id == erased.person_id))

    asked = {known.account_id, erased.account_id, uuid4()}
    with database.reading() as session, counted(database) as sent:
        names = vault.names_of(session, account_ids=asked)

    assert len(sent) == 1
    assert set(names) == {known.account_id, erased.account_id}
    assert names[erased.account_id] == f"#{erased.person_id.hex[-8:]}"
    assert names[known.account_id].startswith("Adan Marrow")


@pytest.mark.parametrize("plain", [b"plain bytes", "text", bytearray(b"x"), 7])
def test_a_sealed_column_takes_nothing_that_is_not_sealed(database, make, plain):
    unit = make.root

    with database.writing() as session, pytest.raises(StatementError) as refused:
        session.execute(insert(Person), {"id": uuid4(), "unit_id": unit.id, "facts": plain})

    assert isinstance(refused.value.orig, NotSealed)
    assert "plain bytes" not in str(refused.value.orig)


def test_a_person_is_locked_with_their_key_and_read_anew(database, make):
    person, gone = make.person(), make.person()
    erase(make, gone)

    with database.writing() as session:
        stale = session.get_one(Person, person.id)
        facts, stale.facts = stale.facts, stale.facts[:-1] + b"x"
        found, key = vault.locked_person_with_key(session, person_id=person.id)
        assert found.facts == facts
        assert vault.opened(key, found, "facts")["sex"] == "male"
        assert vault.locked_person_with_key(session, person_id=gone.id) is None
