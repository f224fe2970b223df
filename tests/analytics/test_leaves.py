"""Which groups a release shows, as tables; and properties over many trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics.release.leaves import BrokenTree, Stand, UnitNode, places, plan

COMPANY = [
    UnitNode("c", None, "Company"),
    UnitNode("c1", "c", "1st Platoon"),
    UnitNode("c2", "c", "2nd Platoon"),
    UnitNode("c3", "c", "3rd Platoon"),
]

BATTALION = [
    UnitNode("b", None, "Battalion"),
    UnitNode("bA", "b", "A Company"),
    UnitNode("bA1", "bA", "1st Platoon A"),
    UnitNode("bA2", "bA", "2nd Platoon A"),
    UnitNode("bB", "b", "B Company"),
    UnitNode("bB1", "bB", "1st Platoon B"),
    UnitNode("bB2", "bB", "2nd Platoon B"),
    UnitNode("bHQ", "b", "Headquarters"),
]


def shown(root):
    """By unit: the row that is shown under its name."""
    return {unit: key for unit, (key, _) in places(root).items()}


def leaves(root):
    return {group.key: group.roster for group in root.walk() if group.is_leaf}


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [
        ({"c1": 30, "c2": 31, "c3": 32}, {"c1": 30, "c2": 31, "c3": 32}),
        ({"c1": 29, "c2": 31, "c3": 32}, {"c1+c2": 60, "c3": 32}),
        ({"c1": 31, "c2": 29, "c3": 32}, {"c1": 31, "c2+c3": 61}),
        ({"c1": 31, "c2": 32, "c3": 29}, {"c1": 31, "c2+c3": 61}),
        ({"c1": 10, "c2": 10, "c3": 40}, {"c": 60}),
        ({"c1": 10, "c2": 25, "c3": 40}, {"c1+c2": 35, "c3": 40}),
        ({"c1": 15, "c2": 15}, {"c": 30}),
        ({"c1": 40}, {"c": 40}),
        ({"c1": 40, "c2": 0, "c3": 40}, {"c1": 40, "c3": 40}),
        ({"c": 35, "c1": 40, "c2": 40}, {"c/staff": 35, "c1": 40, "c2": 40}),
        ({"c": 5, "c1": 40, "c2": 40}, {"c/staff+c1": 45, "c2": 40}),
        ({"c": 30}, {"c": 30}),
    ],
)
def test_small_units_join_a_neighbour_by_a_fixed_rule(strengths, expected):
    assert leaves(plan(COMPANY, strengths)) == expected


def test_a_unit_below_the_floor_is_not_shown_at_all():
    assert plan(COMPANY, {"c1": 10, "c2": 19}) is None
    assert places(None) == {}


def test_a_small_headquarters_joins_the_last_platoon_of_the_company_beside_it():
    strengths = {"bA1": 40, "bA2": 41, "bB1": 42, "bB2": 43, "bHQ": 24}

    root = plan(BATTALION, strengths)

    assert leaves(root) == {"bA1": 40, "bA2": 41, "bB1": 42, "bB2+bHQ": 67}
    assert shown(root) == {
        "b": "b",
        "bA": "bA",
        "bA1": "bA1",
        "bA2": "bA2",
        "bB": "bB+bHQ",
        "bB1": "bB1",
        "bB2": "bB2+bHQ",
    }


def test_a_row_names_the_small_units_that_are_counted_with_it():
    strengths = {"bA": 5, "bA1": 40, "bA2": 41, "bB1": 42, "bB2": 43, "bHQ": 24}

    stands = [stand for _, stand in places(plan(BATTALION, strengths)).values() if stand.beside]

    assert stands == [
        Stand("bA1", ("A Company*",)),
        Stand("bB", ("Headquarters",)),
        Stand("bB2", ("Headquarters",)),
    ]


def test_a_few_people_beside_the_only_sub_unit_do_not_take_its_row_away():
    units = [UnitNode("n", None, "Contingent"), UnitNode("c", "n", "Company"), *COMPANY[1:]]
    strengths = {"n": 6, "c1": 40, "c2": 40, "c3": 40}

    root = plan(units, strengths)

    assert leaves(root) == {"n/staff+c1": 46, "c2": 40, "c3": 40}
    assert shown(root) == {"n": "n", "c": "n", "c1": "n/staff+c1", "c2": "c2", "c3": "c3"}
    assert places(root)["c"][1] == Stand("c", ("Contingent*",))


def test_where_all_sub_units_are_small_only_their_parent_is_shown():
    assert shown(plan(COMPANY, {"c1": 20, "c2": 15})) == {"c": "c"}


def test_a_unit_with_one_sub_unit_shows_the_sub_units_below_that():
    units = [UnitNode("n", None, "Contingent"), *(
        UnitNode(unit.code, unit.parent or "n", unit.name) for unit in COMPANY
    )]  # fmt: skip
    strengths = {"c1": 40, "c2": 40, "c3": 40}

    root = plan(units, strengths)

    assert leaves(root) == strengths
    assert shown(root)["n"] == shown(root)["c"] == "n"


def test_the_order_in_which_units_are_given_does_not_matter():
    strengths = {"bA1": 40, "bA2": 11, "bB1": 12, "bB2": 43, "bHQ": 24}

    assert plan(BATTALION, strengths) == plan(BATTALION[::-1], strengths)


@pytest.mark.parametrize(
    ("units", "strengths"),
    [
        ([UnitNode("a", None, "A"), UnitNode("b", None, "B")], {}),
        ([UnitNode("a", None, "A"), UnitNode("b", "x", "B")], {}),
        (COMPANY, {"c1": 40, "x": 1}),
        ([], {}),
    ],
)
def test_a_broken_tree_is_refused(units, strengths):
    with pytest.raises(BrokenTree):
        plan(units, strengths)


@some.composite
def forces(draw):
    """A tree of up to 40 units and a roster over it, people at any level."""
    size = draw(some.integers(1, 40))
    units = [UnitNode("u00", None, "u00")]
    for number in range(1, size):
        parent = draw(some.sampled_from(units)).code
        units.append(UnitNode(f"u{number:02d}", parent, f"u{number:02d}"))
    sizes = some.integers(0, 60)
    return units, {unit.code: draw(sizes) for unit in units}


@given(forces())
def test_everyone_is_in_exactly_one_leaf_and_no_leaf_is_below_the_floor(force):
    units, strengths = force

    root = plan(units, strengths)

    if root is None:
        assert sum(strengths.values()) < 30
        return
    counted = [code for group in root.walk() if group.is_leaf for code in group.units]
    assert len(counted) == len(set(counted))
    assert {code for code, strength in strengths.items() if strength} <= set(counted)
    assert min(leaves(root).values()) >= 30


@given(forces())
def test_every_group_is_the_union_of_its_parts_and_has_a_name_of_its_own(force):
    root = plan(*force)
    groups = list(root.walk()) if root else []

    for group in groups:
        if group.parts:
            assert sorted(group.units) == sorted(c for part in group.parts for c in part.units)
            assert group.roster == sum(part.roster for part in group.parts)
            assert len(group.parts) > 1
    assert len({group.key for group in groups}) == len(groups)


@given(forces())
def test_rows_shown_under_sister_units_never_overlap(force):
    units, strengths = force
    root = plan(units, strengths)
    rows = {group.key: set(group.units) for group in root.walk()} if root else {}
    under = shown(root)

    for unit in units:
        children = [under[u.code] for u in units if u.parent == unit.code and u.code in under]
        people = [code for key in children for code in rows[key]]
        assert len(people) == len(set(people))
