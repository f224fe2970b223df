"""Getting a site ready: units, duty, crisis contacts, and the gaps that are still there."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.enrolment import Newcomer, enrol
from models.tables.people import Membership
from models.tables.places import CrisisContact, DutyRoster, Unit
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies.actor import console
from welfare.services.erasure import erase_person
from welfare.services.site import (
    add_crisis_contact,
    create_unit,
    list_crisis_contacts,
    read_site,
    set_duty,
)

CONTACT = {"language": "en", "name": "Chaplain", "phone": "+00 555 0142", "hours": "08:00-22:00"}


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def look_at(edge, admin, make):
    """The site as its administrator sees it, units by name."""

    def look(actor=admin):
        site = edge.look(read_site, actor=actor, at=make.now)
        return {view.unit.name: view for view in site.units}

    return look


def test_a_unit_without_duty_or_contact_is_a_gap_until_both_are_there(edge, make, admin, look_at):
    before = look_at()["Contingent"].is_reachable
    clinician = make.actor(Role.CLINICIAN)
    given = {"actor": admin, "unit_id": make.root.id, "at": make.now}

    edge.act(set_duty, **given, account_id=clinician.account_id, from_at=make.now, until_at=None)
    with_duty = look_at()["Contingent"].is_reachable
    edge.act(add_crisis_contact, **given, **CONTACT)

    assert (before, with_duty, look_at()["Contingent"].is_reachable) == (False, False, True)
    acts = edge.acts()
    assert (acts[Act.DUTY_SET], acts[Act.CRISIS_CONTACT_ADDED], acts[Act.SITE_READ]) == (1, 1, 3)


def test_duty_and_contacts_hold_for_all_units_below(make, look_at):
    company = make.unit("A Company", make.root)
    make.unit("Platoon", company)
    make.unit("B Company", make.root)
    make.reachable(company)

    reachable = {name: view.is_reachable for name, view in look_at().items()}

    assert reachable == {
        "Contingent": False,
        "A Company": True,
        "Platoon": True,
        "B Company": False,
    }


def test_the_nearest_duty_counts_and_an_ended_one_does_not(make, look_at):
    company = make.unit("A Company", make.root)
    far, near, gone = (make.actor(Role.CLINICIAN) for _ in range(3))
    make.duty(far, make.root)
    make.duty(near, company)
    make.duty(gone, make.root, until_at=make.now)

    named = {name: view.on_duty is not None for name, view in look_at().items()}
    on_duty = {view.on_duty for view in look_at().values()}

    assert named == {"Contingent": True, "A Company": True}
    assert len(on_duty) == 2


def test_alerts_without_any_clinician_are_counted(edge, make, admin):
    make.alert(make.person())
    make.alert(make.person(), make.actor(Role.CLINICIAN))
    make.alert(make.person(make.unit("Elsewhere")))

    site = edge.look(read_site, actor=admin, at=make.now)

    assert site.unowned_alerts == 1


def test_an_administrator_sees_the_own_units_and_names_of_clinicians_alone(edge, make):
    company = make.unit("A Company", make.root)
    make.unit("B Company", make.root)
    make.actor(Role.CLINICIAN, company)
    make.actor(Role.COMMANDER, company)
    make.person(company)

    site = edge.look(read_site, actor=make.actor(Role.ADMINISTRATOR, company), at=make.now)

    assert [view.unit.name for view in site.units] == ["A Company"]
    assert len(site.clinicians) == 1


def test_a_unit_is_made_below_an_own_one_with_the_next_path(edge, make, admin):
    given = {"actor": admin, "parent_id": make.root.id, "at": make.now}
    first = edge.act(create_unit, **given, name=" A Company ")
    second = edge.act(create_unit, **given, name="B Company")

    assert (first.name, first.path, second.path) == ("A Company", "00010001", "00010002")
    assert edge.acts() == {Act.UNIT_CREATED: 2}


@pytest.mark.parametrize("name", ["", "  ", "n" * 121])
def test_a_unit_needs_a_name_that_fits(edge, make, admin, name):
    with pytest.raises(InputRefused) as refused:
        edge.act(create_unit, actor=admin, parent_id=make.root.id, name=name, at=make.now)

    assert refused.value.problems == {"name": "needed"}
    assert edge.count(Unit) == 1


def test_nothing_is_set_outside_the_own_units(edge, make):
    elsewhere = make.unit("Another contingent")
    admin = make.actor(Role.ADMINISTRATOR, elsewhere)
    clinician = make.actor(Role.CLINICIAN)
    duty = {"account_id": clinician.account_id, "from_at": make.now, "until_at": None}
    ours = {"actor": admin, "unit_id": make.root.id, "at": make.now}

    with pytest.raises(AccessDenied):
        edge.act(create_unit, actor=admin, parent_id=make.root.id, name="Platoon", at=make.now)
    with pytest.raises(AccessDenied):
        edge.act(set_duty, **ours, **duty)
    with pytest.raises(AccessDenied):
        edge.act(add_crisis_contact, **ours, **CONTACT)
    with pytest.raises(RecordNotFound):
        edge.act(add_crisis_contact, **ours | {"unit_id": uuid4()}, **CONTACT)
    with pytest.raises(InputRefused):  # a clinician of units that are not the own ones
        edge.act(set_duty, **ours | {"unit_id": elsewhere.id}, **duty)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COMMANDER, Role.ADMINISTRATOR])
def test_only_clinicians_can_be_on_duty(edge, make, admin, role):
    with pytest.raises(InputRefused) as refused:
        edge.act(
            set_duty,
            actor=admin,
            unit_id=make.root.id,
            account_id=make.actor(role).account_id,
            from_at=make.now,
            until_at=make.now - timedelta(hours=1),
            at=make.now,
        )

    assert refused.value.problems == {"account": "choose", "until": "before_start"}
    assert edge.count(DutyRoster) == 0


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"name": " "}, {"name": "needed"}),
        ({"phone": "call us"}, {"phone": "not_a_phone"}),
        ({"phone": "0" * 41}, {"phone": "too_long"}),
        ({"language": "e" * 9}, {"language": "too_long"}),
        ({"hours": "h" * 121}, {"hours": "too_long"}),
    ],
)
def test_a_contact_that_cannot_be_shown_names_its_fields(edge, make, admin, wrong, problems):
    with pytest.raises(InputRefused) as refused:
        edge.act(
            add_crisis_contact,
            actor=admin,
            unit_id=make.root.id,
            at=make.now,
            **CONTACT | wrong,
        )

    assert refused.value.problems == problems
    assert edge.count(CrisisContact) == 0


def test_the_same_contact_is_not_listed_twice(edge, make, admin):
    given = {"actor": admin, "unit_id": make.root.id, "at": make.now, **CONTACT}
    edge.act(add_crisis_contact, **given)

    with pytest.raises(InputRefused) as refused:
        edge.act(add_crisis_contact, **given)

    assert refused.value.problems == {"name": "taken"}


def test_contacts_are_for_a_unit_and_all_below(edge, make):
    company = make.unit("A Company", make.root)
    make.reachable(company)

    def names(**more):
        found = edge.look(list_crisis_contacts, **{"language": "en", **more})
        return [contact.name for _site, contact in found]

    assert names() == ["Field clinic"]
    assert names(unit_path=company.path) == ["Field clinic"]
    assert names(unit_path=company.path + "0001") == ["Field clinic"]
    assert names(unit_path=make.root.path) == []


def test_who_speaks_the_language_comes_first_and_else_everybody_of_the_contingent(edge, make):
    admin, other = make.actor(Role.ADMINISTRATOR), make.unit("Another contingent")
    make.reachable()
    make.reachable(other)
    given = {"actor": admin, "unit_id": make.root.id, "at": make.now}
    edge.act(add_crisis_contact, **given, **CONTACT | {"language": "fr", "name": "Aumônier"})

    def heard(language):
        found = edge.look(list_crisis_contacts, language=language)
        return {(site, contact.language) for site, contact in found}

    assert heard("fr") == {("Contingent", "fr"), ("Another contingent", "en")}
    assert heard("en") == {("Contingent", "en"), ("Another contingent", "en")}
    assert heard("ar") == {("Contingent", "en"), ("Contingent", "fr"), ("Another contingent", "en")}


def test_people_are_those_on_a_roster_today_and_not_erased(edge, make, admin, look_at):
    company = make.unit("A Company", make.root)
    make.person(company)
    moved, erased = make.person(company), make.person(company)
    with make.kept() as session:
        caller = Newcomer(session.get_one(Unit, company.id), since=None, facts={})
        enrol(session, newcomer=caller, at=make.now)
        for stay in session.query(Membership).where(Membership.person_id == moved.id):
            stay.until_day = make.now.date() - timedelta(days=1)
    before = look_at()["A Company"].people
    by = {"actor": console(make.root.path), "at": make.now}
    edge.act(erase_person, **by, person_id=erased.id, reason="asked")

    assert (before, look_at()["A Company"].people) == (2, 1)
