"""Finding people who are enrolled twice, in own units, without a look at anything clinical."""

import pytest

from models import vault
from models.tables.audit import AuditEvent
from models.tables.people import Identity, Person
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied
from welfare.policies.likeness import Alike
from welfare.services import merging
from welfare.services.duplicates import find_duplicates


@pytest.fixture
def twice(two, make):
    """The second has the first one's number, written differently. The telephone number is that of
    so many that it says nothing."""
    make.person()
    with make.kept() as session:
        content = {}
        for person in (two.first, two.second):
            key = vault.key_for(session, person_id=person.id)
            identity = session.get_one(Identity, person.id)
            number = content.get("service_number", "").replace("-", " ").upper()
            content = vault.opened(key, identity, "content")
            if number:
                content["service_number"] = number
                identity.content = vault.sealed(key, identity, "content", content, size=2048)
    return two


def found(edge, actor, make):
    return edge.look(find_duplicates, actor=actor, at=make.now)


def test_both_are_found_the_older_record_first(twice, edge, make):
    seen = found(edge, twice.asker, make)

    (pair,) = seen.pairs
    assert (pair.first.person_id, pair.second.person_id) == (twice.first.id, twice.second.id)
    assert Alike.NUMBER in pair.why
    assert seen.people == edge.count(Person)


def test_showing_them_is_recorded_and_only_for_those_who_are_shown(twice, edge, make):
    found(edge, twice.asker, make)

    told = edge.rows(AuditEvent, AuditEvent.act == Act.LIST_READ)
    assert {each.person_id for each in told} == {twice.first.id, twice.second.id}


def test_nobody_outside_the_own_units_is_looked_at(twice, edge, make):
    company = make.unit("A Company", make.root)
    inside = make.actor(Role.ADMINISTRATOR, company)

    seen = found(edge, inside, make)

    assert (seen.pairs, seen.people) == ((), 1)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_may_look(twice, edge, make, role):
    with pytest.raises(AccessDenied):
        found(edge, make.actor(role), make)


def test_a_pair_that_somebody_has_looked_at_is_not_shown_again(twice, edge, make):
    merge = twice.ask()
    assert found(edge, twice.asker, make).pairs == ()

    given = {"merge_id": merge.id, "at": make.now}
    edge.act(merging.refuse_merge, actor=twice.confirmer, **given)
    assert found(edge, twice.asker, make).pairs == ()


def test_what_was_answered_changes_nothing_of_what_is_shown(twice, edge, make):
    before = found(edge, twice.asker, make)
    make.alert(twice.second, twice.clinician)
    make.case(twice.first, twice.clinician)

    assert found(edge, twice.asker, make) == before


def test_however_many_there_are_it_takes_as_many_questions(twice, edge, make):
    given = {"actor": twice.asker, "at": make.now}
    few = edge.queries(find_duplicates, **given)
    for _ in range(5):
        make.person()

    assert edge.queries(find_duplicates, **given) == few
