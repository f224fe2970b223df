"""Nudges and calls go by the clocks of what a unit follows, and are stopped by no fault in it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from models import rulebook
from models.programmes import load
from models.tables.care import Alert
from models.tables.places import Unit
from models.tables.programmes import Contingent, SiteProgramme
from models.vocabulary import Role
from tests.services.programmes.conftest import BASE
from welfare.policies.actor import Machine
from welfare.services.call_requests import ask_as_member
from welfare.services.nudges import nudge_again

EVERY_5 = replace(
    BASE,
    clocks=replace(BASE.clocks, answer_within=timedelta(hours=2), nudge_every=timedelta(minutes=5)),
)


def follows(make, unit, code):
    with make.kept() as session:
        session.add(Contingent(unit_id=unit.id, nation="N", programme=code, language="en"))


@pytest.fixture
def nudged(make, edge):
    """After how many minutes an alert of a unit is nudged again."""

    def after(unit):
        owner = make.actor(Role.CLINICIAN, unit)
        alert = make.alert(make.person(unit), owner, next_nudge_at=make.now)
        edge.act(nudge_again, by=Machine(), programme=load("un-contingent"), at=make.now)
        (kept,) = edge.rows(Alert, Alert.id == alert.id)
        return (kept.next_nudge_at - make.now) / timedelta(minutes=1)

    return after


def test_every_contingent_is_nudged_by_its_own_clocks(desk, make, nudged):
    desk.in_force(EVERY_5)
    company, other = make.unit("A Company", make.root), make.unit("Second Contingent")
    follows(make, make.root, "own-army")

    assert (nudged(company), nudged(other)) == (5, 30)


def test_the_nearest_choice_above_counts(desk, make, nudged):
    desk.in_force(EVERY_5)
    nation = make.unit("Nation", make.root)
    company = make.unit("A Company", nation)
    follows(make, make.root, "canada")
    follows(make, nation, "own-army")

    assert (nudged(company), nudged(make.root)) == (5, 30)


@pytest.mark.parametrize("fault", ["not in force", "cannot be read"])
def test_a_programme_that_cannot_be_used_stops_no_nudge(desk, make, nudged, fault):
    row = desk.propose(desk.actors[Role.CLINIC_LEAD], EVERY_5)
    if fault == "cannot be read":
        desk.confirm(make.actor(Role.CLINIC_LEAD), row)
        with make.kept() as session:
            session.execute(update(SiteProgramme).values(text="[["))
    follows(make, make.root, "own-army")

    assert nudged(make.root) == 30


def test_whoever_asks_to_be_called_is_told_the_time_of_their_contingent(desk, make, edge):
    desk.in_force(EVERY_5)
    make.reachable()
    follows(make, make.root, "own-army")

    asked = edge.act(
        ask_as_member,
        actor=desk.actors[Role.MEMBER],
        phone="+00 555 0199",
        programme=load("un-contingent"),
        at=make.now,
    )

    assert asked.by_when - make.now == timedelta(hours=2)


def test_what_many_units_follow_is_found_in_two_queries(desk, make, edge):
    for number in range(3):
        desk.in_force(EVERY_5, code=f"own-{number}")
        follows(make, make.unit(f"Nation {number}", make.root), f"own-{number}")
    units = edge.rows(Unit)

    given = {"units": units, "default": BASE}

    assert edge.queries(rulebook.followed, **given) == 2
    assert edge.queries(rulebook.followed, units=[], default=BASE) == 0
