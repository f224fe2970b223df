"""Enrolling people: a pseudonym, a key of their own, everything about them sealed."""

from datetime import date

from sqlalchemy import func, select

from models import vault
from models.enrolment import Newcomer, enrol, enrol_many, person_numbered
from models.session import transaction
from models.tables.people import Identity, Membership, Person, PersonKey
from tests.factories import NOW
from tests.models.queries import counted

FACTS = {"sex": "female", "birth_year": 1991, "rank_band": None, "language": "fr"}
WHO = {"given": "Ada", "family": "Marrow", "service_number": "SN-77"}


def newcomer(unit, **given):
    return Newcomer(unit=unit, since=date(2024, 3, 1), facts=FACTS, **given)


def test_a_person_is_found_by_service_number_however_it_is_written(database, make):
    unit = make.root
    with transaction(database) as session:
        person = enrol(session, newcomer=newcomer(unit, identity=WHO), at=NOW).person

    with database.reading() as session:
        assert person_numbered(session, " sn-77 ").id == person.id
        assert person_numbered(session, "SN-78") is None


def test_a_person_has_a_place_in_a_unit_from_the_day_they_came(database, make):
    unit = make.root
    with transaction(database) as session:
        enrol(session, newcomer=newcomer(unit, identity=WHO), at=NOW)

    with database.reading() as session:
        membership = session.scalars(select(Membership)).one()
    assert (membership.unit_id, membership.from_day) == (unit.id, date(2024, 3, 1))
    assert (membership.until_day, membership.recorded_at) == (None, NOW)


def test_a_pseudonymous_person_has_no_identity_at_all(database, make):
    unit = make.root
    with transaction(database) as session:
        person = enrol(session, newcomer=newcomer(unit), at=NOW).person

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Identity)) == 0
        key = vault.key_for(session, person_id=person.id)
        assert vault.opened(key, session.get_one(Person, person.id), "facts") == FACTS


def test_each_of_many_has_a_key_of_their_own_that_opens_their_facts(database, make):
    unit = make.root
    with transaction(database) as session:
        made = enrol_many(session, newcomers=[newcomer(unit) for _ in range(20)], at=NOW)

    assert len({each.data_key for each in made}) == 20
    with database.reading() as session:
        for each in made:
            assert vault.key_for(session, person_id=each.person.id) == each.data_key
        assert session.scalar(select(func.count()).select_from(PersonKey)) == 20


def test_many_people_take_as_few_statements_as_one(database, make):
    unit, sizes = make.root, []
    for many in (1, 50):
        with transaction(database) as session, counted(database) as sent:
            enrol_many(session, newcomers=[newcomer(unit) for _ in range(many)], at=NOW)
        sizes.append(len(sent))

    assert sizes[0] == sizes[1]


def test_facts_of_different_length_are_sealed_to_the_same_length(database, make):
    short, long = make.person(language="e", sex=None), make.person(language="en-GB-oxendict")

    assert len(short.facts) == len(long.facts)
