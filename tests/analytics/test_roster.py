"""The roster of period close: every contingent with its own tree and people."""

from datetime import date

from analytics.roster import contingents, digest, roots
from models.session import snapshot, transaction
from tests.analytics.force import Force

LAST = date(2026, 6, 30)


def test_each_contingent_has_its_own_tree_and_people(database):
    with transaction(database) as session:
        force = Force(session)
        north, south = force.unit("0001", name="North"), force.unit("0002", name="South")
        platoon = force.unit("00020001", south, name="Platoon")
        here, there = force.person(north), force.person(platoon)

    with snapshot(database) as session:
        one, two = contingents(session, on=LAST)
        names = roots(session)

    assert (one.name, one.people) == ("North", [here])
    assert (two.name, two.people) == ("South", [there])
    assert [(unit.code, unit.parent) for unit in two.units] == [
        ("0002", None),
        ("00020001", "0002"),
    ]
    assert names == {one.root: "North", two.root: "South"}


def test_the_digest_changes_with_every_fact_and_with_nothing_else(database):
    with transaction(database) as session:
        force = Force(session)
        person = force.people(force.unit("0001"), 3)[0]
    with snapshot(database) as session:
        [before], [again] = contingents(session, on=LAST), contingents(session, on=LAST)

    plain = digest(before.marked("positive", set()))

    assert digest(again.marked("positive", set())) == plain
    assert digest(before.marked("positive", {person})) != plain
    before.homes.popitem()
    assert digest(before.marked("positive", set())) != plain
