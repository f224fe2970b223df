"""Who would see a critical answer now: the nearest entry counts, and a hole is seen as a hole."""

from datetime import timedelta

import pytest

from models.duty import Watch, watch, watch_for
from models.tables.places import CrisisContact, Unit
from models.vocabulary import Role
from tests.factories import NOW, TODAY
from tests.models.queries import counted

DAY = timedelta(days=1)


@pytest.fixture
def company(make):
    return make.unit("A Company", make.root)


@pytest.fixture
def platoon(make, company):
    return make.unit("First Platoon", company)


def asked(database, unit, at=NOW):
    with database.reading() as session:
        return watch_for(session, unit=unit, at=at)


def contact(make, unit, language="en"):
    with make.kept() as session:
        session.add(
            CrisisContact(
                unit_id=unit.id, language=language, name="Clinic", phone="+00 555", hours="always"
            )
        )


def test_duty_for_a_unit_counts_for_all_below_it(database, make, platoon):
    clinician = make.actor(Role.CLINICIAN)

    make.duty(clinician, make.root)

    assert asked(database, platoon).on_duty(platoon) == clinician.account_id


def test_the_nearest_entry_counts(database, make, company, platoon):
    far, near = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    make.duty(far, make.root)

    make.duty(near, company)

    watched = asked(database, platoon)
    assert watched.on_duty(platoon) == watched.on_duty(company) == near.account_id
    assert watched.on_duty(make.root) == far.account_id


def test_duty_below_or_beside_a_unit_does_not_count_for_it(database, make, company, platoon):
    clinician = make.actor(Role.CLINICIAN)
    make.duty(clinician, platoon)

    make.duty(clinician, make.unit("B Company", make.root))

    assert asked(database, company).on_duty(company) is None


def test_of_two_entries_for_a_unit_the_one_that_began_later_counts(database, make):
    before, after = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    make.duty(after, make.root, from_at=NOW - timedelta(hours=1))

    make.duty(before, make.root, from_at=NOW - DAY)

    assert asked(database, make.root).on_duty(make.root) == after.account_id


@pytest.mark.parametrize(
    ("entry", "is_there"),
    [
        ({"from_at": NOW, "until_at": None}, True),
        ({"from_at": NOW - DAY, "until_at": NOW + timedelta(seconds=1)}, True),
        ({"from_at": NOW - DAY, "until_at": NOW}, False),
        ({"from_at": NOW - DAY, "until_at": NOW - timedelta(hours=1)}, False),
        ({"from_at": NOW + timedelta(seconds=1), "until_at": None}, False),
    ],
    ids=["begins now", "ends soon", "ends now", "ended", "begins later"],
)
def test_an_entry_counts_from_its_start_until_its_end(database, make, entry, is_there):
    clinician = make.actor(Role.CLINICIAN)

    make.duty(clinician, make.root, **entry)

    assert (asked(database, make.root).on_duty(make.root) is not None) is is_there


@pytest.mark.parametrize(
    "gone",
    ["disabled", "no clinical post", "post ended yesterday", "post begins tomorrow"],
)
def test_somebody_who_cannot_act_leaves_a_hole_in_the_roster(database, make, gone):
    role = Role.MEMBER if gone != "disabled" else Role.CLINICIAN
    listed = make.actor(role, disabled_at=NOW if gone == "disabled" else None)
    if gone == "post ended yesterday":
        make.post(listed, Role.CLINICIAN, make.root, until_day=TODAY - DAY)
    if gone == "post begins tomorrow":
        make.post(listed, Role.CLINICIAN, make.root, from_day=TODAY + DAY)

    make.duty(listed, make.root)

    assert asked(database, make.root).human_for(make.root) is None


def test_a_hole_near_by_is_filled_by_duty_higher_up(database, make, company):
    gone, there = make.actor(Role.CLINICIAN, disabled_at=NOW), make.actor(Role.CLINICIAN)
    make.duty(there, make.root)

    make.duty(gone, company)

    assert asked(database, company).on_duty(company) == there.account_id


def test_a_post_that_ends_today_still_counts_today(database, make):
    listed = make.actor(Role.MEMBER)
    make.post(listed, Role.CLINIC_LEAD, make.root, until_day=TODAY)

    make.duty(listed, make.root)

    watched = asked(database, make.root)
    assert watched.on_duty(make.root) == watched.lead(make.root) == listed.account_id


def test_without_anybody_on_duty_the_lead_is_the_human(database, make, platoon):
    lead = make.actor(Role.CLINIC_LEAD)

    watched = asked(database, platoon)

    assert watched.on_duty(platoon) is None
    assert watched.lead(platoon) == watched.human_for(platoon) == lead.account_id


def test_with_somebody_on_duty_the_lead_is_not_disturbed(database, make):
    make.actor(Role.CLINIC_LEAD)
    clinician = make.actor(Role.CLINICIAN)

    make.duty(clinician, make.root)

    assert asked(database, make.root).human_for(make.root) == clinician.account_id


def test_a_disabled_or_former_lead_is_no_lead(database, make):
    make.actor(Role.CLINIC_LEAD, disabled_at=NOW)
    former = make.actor(Role.MEMBER)

    make.post(former, Role.CLINIC_LEAD, make.root, until_day=TODAY - DAY)

    assert asked(database, make.root).lead(make.root) is None


def test_of_two_leads_the_one_who_has_been_there_longer_counts(database, make):
    newer, older = make.actor(Role.MEMBER), make.actor(Role.MEMBER)
    make.post(newer, Role.CLINIC_LEAD, make.root, from_day=TODAY - DAY)

    make.post(older, Role.CLINIC_LEAD, make.root, from_day=TODAY - 9 * DAY)

    assert asked(database, make.root).lead(make.root) == older.account_id


def test_nobody_is_the_human_for_themselves(database, make):
    lead, clinician = make.actor(Role.CLINIC_LEAD), make.actor(Role.CLINICIAN)
    make.duty(clinician, make.root)
    watched = asked(database, make.root)

    others = watched.human_for(make.root, not_person=clinician.person_id)

    assert others == lead.account_id
    assert watched.human_for(make.root, not_person=lead.person_id) == clinician.account_id
    assert watched.lead(make.root, not_person=lead.person_id) is None


def test_whoever_else_is_on_duty_comes_before_the_lead(database, make, company):
    make.actor(Role.CLINIC_LEAD)
    near, far = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    make.duty(far, make.root)
    make.duty(near, company)

    human = asked(database, company).human_for(company, not_person=near.person_id)

    assert human == far.account_id


@pytest.mark.parametrize(
    ("has_human", "contact_language", "is_reachable"),
    [(True, "en", True), (True, "ne", True), (True, None, False), (False, "en", False)],
)
def test_a_unit_is_reachable_with_a_human_and_a_contact_in_any_language(
    database, make, platoon, has_human, contact_language, is_reachable
):
    if has_human:
        make.duty(make.actor(Role.CLINICIAN), make.root)
    if contact_language:
        contact(make, make.root, contact_language)

    watched = asked(database, platoon)

    assert watched.is_reachable(platoon) is is_reachable


def test_a_contact_of_another_branch_does_not_make_a_unit_reachable(database, make, platoon):
    make.duty(make.actor(Role.CLINICIAN), make.root)

    contact(make, make.unit("B Company", make.root))

    assert not asked(database, platoon).is_reachable(platoon)


def test_the_watch_over_many_units_takes_three_queries(database, make):
    units = [make.unit(f"Company {number}", make.root) for number in range(6)]
    for unit in units:
        make.duty(make.actor(Role.CLINICIAN, unit), unit)

    sizes = []
    for some in (units[:1], units):
        paths = {path for unit in some for path in unit.line}
        with database.reading() as session, counted(database) as sent:
            watched = watch(session, paths=paths, at=NOW)
        sizes.append(len(sent))

    assert sizes == [3, 3]
    assert all(watched.on_duty(unit) for unit in units)


def test_a_watch_over_no_units_knows_nobody(database):
    with database.reading() as session:
        watched = watch(session, paths=[], at=NOW)

    assert watched == Watch({}, {}, frozenset())
    assert watched.human_for(Unit(path="00010001")) is None
