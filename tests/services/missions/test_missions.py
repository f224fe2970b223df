"""Missions: known from the start, corrected by administrators, each name once."""

from dataclasses import replace
from datetime import date

import pytest

from models.known_missions import known_missions
from models.missions import mission_code
from models.tables.audit import AuditEvent
from models.tables.places import Mission
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.services.missions import (
    Facts,
    add_mission,
    change_mission,
    list_missions,
    mission_choices,
    read_mission,
    seed_missions,
)

HILL = Facts("Hill Mission", "Port Ansel", mandate="Watch the pass.", began_on=date(2026, 1, 5))


@pytest.fixture
def asked(admin, make):
    return {"actor": admin, "at": make.now}


def test_the_missions_of_the_source_documents_are_there_from_the_start(edge, asked):
    added = edge.act(seed_missions, **asked)

    names = {"UNMIL", "AMISOM", "EUTM Mali", "MINUSMA", "EUNAVFOR MED Sophia", "RAMSI"}
    assert {each.mission.name for each in edge.look(list_missions, **asked)} == names
    assert added == edge.acts()[Act.MISSION_CHANGED] == 6


def test_a_mission_that_is_here_stays_as_somebody_corrected_it(edge, asked):
    edge.act(add_mission, **asked, facts=Facts("minusma", "Bamako", mandate="Our own words."))

    added = edge.act(seed_missions, **asked)
    again = edge.act(seed_missions, **asked)

    (kept,) = edge.rows(Mission, Mission.code == mission_code("MINUSMA"))
    assert (added, again, kept.mandate) == (5, 0, "Our own words.")


@pytest.mark.parametrize("known", known_missions(), ids=lambda each: each.name)
def test_what_is_known_from_the_start_fits_the_columns_and_names_its_source(known):
    texts = (known.mandate, known.legal_basis, known.status_agreement, known.engagement_rules)

    assert known.source
    assert known.mandate and known.legal_basis
    assert max(map(len, texts)) <= 500
    assert known.ended is None or known.began < known.ended


def test_facts_are_changed_and_found_by_a_new_name(edge, asked):
    mission = edge.act(add_mission, **asked, facts=HILL)
    new = replace(HILL, name=" River Mission ", ended_on=date(2026, 9, 1))

    edge.act(change_mission, **asked, mission_id=mission.id, facts=new)

    found = edge.look(read_mission, **asked, mission_id=mission.id)
    assert (found.name, found.code) == ("River Mission", mission_code("River Mission"))
    assert (found.mandate, found.ended_on) == ("Watch the pass.", date(2026, 9, 1))
    assert edge.acts()[Act.MISSION_CHANGED] == 2
    assert edge.rows(AuditEvent, AuditEvent.act == Act.SITE_READ)


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"name": " "}, {"name": "needed"}),
        ({"site": ""}, {"site": "needed"}),
        ({"name": "m" * 121}, {"name": "too_long"}),
        ({"mandate": "m" * 501}, {"mandate": "too_long"}),
        ({"ended_on": date(2026, 1, 4)}, {"ended_on": "before_start"}),
        ({"name": "RIVER mission"}, {"name": "taken"}),
    ],
)
def test_facts_that_cannot_be_kept_name_their_field(edge, asked, wrong, problems):
    edge.act(add_mission, **asked, facts=replace(HILL, name="River Mission"))
    mission = edge.act(add_mission, **asked, facts=HILL)

    for service, more in ((change_mission, {"mission_id": mission.id}), (add_mission, {})):
        facts = replace(HILL, **{"name": "Third Mission", **wrong})
        with pytest.raises(InputRefused) as refused:
            edge.act(service, **asked, **more, facts=facts)
        assert refused.value.problems == problems
    assert edge.count(Mission) == 2


def test_only_administrators_change_missions_and_who_records_incidents_may_name_them(
    edge, asked, make
):
    mission = edge.act(add_mission, **asked, facts=HILL)
    lead, clinician = make.actor(Role.CLINIC_LEAD), make.actor(Role.CLINICIAN)

    with pytest.raises(AccessDenied):
        edge.act(change_mission, actor=lead, mission_id=mission.id, facts=HILL, at=make.now)
    with pytest.raises(RecordNotFound):
        edge.look(read_mission, **asked, mission_id=lead.account_id)
    assert edge.look(mission_choices, actor=lead) == {mission.id: ("Hill Mission", "Port Ansel")}
    assert edge.look(mission_choices, actor=clinician) == {}
