"""Each nation's contingent: its programme, its language, and what they change."""

from datetime import time, timedelta

import pytest

from models.tables.audit import AuditEvent
from models.tables.people import Deployment, Person
from models.tables.programmes import Contingent
from models.tables.screenings import Window
from models.vocabulary import Act, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies.addressees import find_addressee
from welfare.policies.contingents import contingent_path, language_of
from welfare.policies.quiet_hours import USUAL
from welfare.services.contingents import (
    list_contingents,
    programme_choices,
    read_contingent,
    set_contingent,
)
from welfare.services.deployments import record_deployment

CLOCK = {"zone": "Africa/Juba", "quiet_from": time(22), "quiet_until": time(6)}
WESTMARK = {"nation": "Westmark", "programme": "canada", "language": "fr", **CLOCK}


@pytest.fixture
def asked(make):
    """By a clinic lead: Canada's interview is not what the site's own programme asks for."""
    given = {"languages": ("en", "fr"), "default": "un-contingent", "at": make.now}
    return {"actor": make.actor(Role.CLINIC_LEAD), **given, **WESTMARK}


def test_a_contingent_is_set_and_set_again_and_the_trail_tells(edge, asked, make):
    edge.act(set_contingent, **asked, unit_id=make.root.id)
    edge.act(set_contingent, **asked | {"programme": "us-2013"}, unit_id=make.root.id)

    (kept,) = edge.rows(Contingent)
    assert (kept.nation, kept.programme, kept.language) == ("Westmark", "us-2013", "fr")
    assert (kept.zone, kept.quiet_from, kept.quiet_until) == ("Africa/Juba", 22 * 60, 6 * 60)
    assert edge.acts() == {Act.CONTINGENT_SET: 2}
    assert {each.resource_id for each in edge.rows(AuditEvent)} == {make.root.id}


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"nation": " "}, {"nation": "needed"}),
        ({"nation": "n" * 81}, {"nation": "too_long"}),
        ({"programme": "un-contingent/2"}, {"programme": "choose"}),
        ({"programme": "nowhere"}, {"programme": "choose"}),
        ({"language": "ar"}, {"language": "choose"}),
        ({"zone": ""}, {"zone": "choose"}),
        ({"zone": "Asia/Calcutta"}, {"zone": "choose"}),
        ({"zone": "../UTC"}, {"zone": "choose"}),
        ({"quiet_from": None}, {"quiet_from": "needed"}),
        ({"quiet_until": None}, {"quiet_until": "needed"}),
        ({"quiet_until": time(22)}, {"quiet_until": "quiet_too_long"}),
        ({"quiet_until": time(10, 1)}, {"quiet_until": "quiet_too_long"}),
        ({"quiet_from": time(6), "quiet_until": time(22)}, {"quiet_until": "quiet_too_long"}),
    ],
)
def test_what_is_not_on_offer_is_refused(edge, asked, make, wrong, problems):
    with pytest.raises(InputRefused) as refused:
        edge.act(set_contingent, **asked | wrong, unit_id=make.root.id)

    assert refused.value.problems == problems
    assert edge.count(Contingent) == 0


def test_only_the_root_of_a_nation_or_of_a_force_and_only_the_own(edge, asked, make, company):
    platoon, elsewhere = make.unit("A1", company), make.unit("Eastmark")

    with pytest.raises(RecordNotFound):
        edge.act(set_contingent, **asked, unit_id=platoon.id)
    with pytest.raises(AccessDenied):
        edge.act(set_contingent, **asked, unit_id=elsewhere.id)
    with pytest.raises(AccessDenied):
        officer = make.actor(Role.WELFARE_OFFICER)
        edge.act(set_contingent, **asked | {"actor": officer}, unit_id=make.root.id)


def test_an_administrator_chooses_windows_and_a_clinic_lead_what_is_asked(edge, asked, make, admin):
    alone = asked | {"actor": admin, "unit_id": make.root.id}
    with pytest.raises(InputRefused) as refused:
        edge.act(set_contingent, **alone)
    edge.act(set_contingent, **alone | {"programme": "un-contingent"})
    edge.act(set_contingent, **asked, unit_id=make.root.id)

    assert refused.value.problems == {"programme": "clinic_lead"}
    (kept,) = edge.rows(Contingent)
    assert kept.programme == "canada"


def test_the_list_says_which_programme_is_followed(edge, asked, make, company, admin):
    edge.act(set_contingent, **asked, unit_id=company.id)
    given = {"actor": admin, "programme": "un-contingent", "at": make.now}

    listed = edge.look(list_contingents, **given)
    one = edge.look(read_contingent, **given, unit_id=company.id)

    found = [(each.unit.name, each.follows, each.chosen is not None) for each in listed]
    assert found == [("Contingent", "un-contingent/2", False), ("A Company", "canada/1", True)]
    assert (one.follows, one.chosen.nation) == ("canada/1", "Westmark")
    assert "canada" in {each.code for each in edge.look(programme_choices, actor=admin)}


def test_two_contingents_of_one_force_are_asked_at_different_times_for_the_same_dates(
    edge, asked, make, admin, number_of
):
    west, east = make.unit("Westmark", make.root), make.unit("Eastmark", make.root)
    people = [make.person(west), make.person(make.unit("E1", east))]
    edge.act(set_contingent, **asked, unit_id=west.id)
    edge.act(set_contingent, **asked | {"programme": "un-contingent"}, unit_id=east.id)
    stay = {"from_day": TODAY - timedelta(days=200), "until_day": TODAY - timedelta(days=20)}

    for person in people:
        edge.act(
            record_deployment,
            actor=admin,
            service_number=number_of(person),
            mission="River Mission",
            site="Port Ansel",
            programme="us-2013",
            at=make.now,
            **stay,
        )

    asked_under = {each.person_id: each.programme for each in edge.rows(Deployment)}
    codes = {
        person.id: {each.code for each in edge.rows(Window, Window.person_id == person.id)}
        for person in people
    }
    assert asked_under == {people[0].id: "canada/1", people[1].id: "un-contingent/2"}
    assert codes[people[0].id] == {"after"}
    assert {"before", "return", "after", "yearly"} <= codes[people[1].id]


def test_a_choice_counts_for_later_deployments_and_rewrites_nothing(
    edge, asked, make, admin, number_of, keep_schedule
):
    person = make.person()
    stay = {"from_day": TODAY - timedelta(days=200), "until_day": TODAY - timedelta(days=20)}
    given = {"mission": "River Mission", "site": "Port Ansel", "programme": "un-contingent"}
    given |= {"actor": admin, "service_number": number_of(person), "at": make.now, **stay}
    edge.act(record_deployment, **given)
    before = {each.id for each in edge.rows(Window)}

    edge.act(set_contingent, **asked, unit_id=make.root.id)
    with make.kept() as session:
        session.get_one(Person, person.id).scheduled_on = None
    keep_schedule()

    assert {each.id for each in edge.rows(Window)} == before
    assert {each.programme for each in edge.rows(Window)} == {"un-contingent/2"}


def test_language_and_contingent_come_from_the_nearest_unit_above(edge, asked, make, company):
    platoon, other = make.unit("A1", company), make.unit("B Company", make.root)
    edge.act(set_contingent, **asked, unit_id=company.id)

    with edge.database.reading() as session:
        assert (language_of(session, platoon), language_of(session, other)) == ("fr", "")
        assert contingent_path(session, platoon) == company.path
        assert contingent_path(session, other) == make.root.path


def test_who_has_chosen_no_language_is_written_to_in_that_of_the_contingent(edge, asked, make):
    silent, english = make.person(language=""), make.person(language="en")
    edge.act(set_contingent, **asked, unit_id=make.root.id)

    with edge.database.reading() as session:
        found = [
            find_addressee(session, person_id=each.id, today=TODAY) for each in (silent, english)
        ]

    assert [who.language for who in found] == ["fr", "en"]


def test_quiet_hours_may_begin_at_midnight_and_may_be_none(edge, asked, make):
    midnight = {"quiet_from": time(0), "quiet_until": time(5, 30)}

    edge.act(set_contingent, **asked | midnight, unit_id=make.root.id)
    (kept,) = edge.rows(Contingent)
    assert (kept.quiet_from, kept.quiet_until) == (0, 330)

    none = {"quiet_from": None, "quiet_until": None}
    edge.act(set_contingent, **asked | none, unit_id=make.root.id)
    (kept,) = edge.rows(Contingent)
    assert (kept.quiet_from, kept.quiet_until) == (None, None)


def test_where_no_clock_is_chosen_that_above_is_proposed_with_the_usual_nights(edge, asked, make):
    east = make.unit("Eastmark", make.root)
    given = {"actor": asked["actor"], "programme": "un-contingent", "at": make.now}

    def proposed(unit):
        view = edge.look(read_contingent, **given, unit_id=unit.id)
        return view.zone, view.quiet

    assert proposed(east) == ("UTC", USUAL)
    edge.act(set_contingent, **asked, unit_id=make.root.id)
    assert proposed(east) == ("Africa/Juba", USUAL)
    none = {"quiet_from": None, "quiet_until": None, "zone": "Asia/Dhaka"}
    edge.act(set_contingent, **asked | none, unit_id=east.id)
    assert proposed(east) == ("Asia/Dhaka", None)
