"""A roster held against the site: counts, problems with line and column, and nothing changed."""

import pytest
from sqlalchemy import select

from models.tables.audit import AuditEvent
from models.tables.people import Membership
from models.tables.rosters import RosterUpload
from models.vocabulary import Act, Role
from tests.roster_files import csv_of, deployed, somebody
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies.roster_rows import Notice, Trouble
from welfare.services import rosters


def remarks(found):
    return [(each.line, each.column, each.code) for each in found]


def counts(plan):
    return len(plan.arrivals), len(plan.changes), plan.unchanged, plan.absent


def test_new_changed_unchanged_and_absent_are_counted(clerk, make):
    same, other = make.person(), make.person()
    make.person()
    rows = clerk.row_of(same), clerk.row_of(other) | {"given": "Sami"}

    plan = clerk.look(*rows, somebody("SN-new")).plan

    # the administrator is in the unit too, and in no file
    assert counts(plan) == (1, 1, 1, 2)
    assert (plan.problems, plan.may_be_applied) == ((), True)


def test_a_dry_run_changes_nothing_but_the_trail(clerk, edge, make):
    changed = clerk.row_of(make.person()) | {"given": "Sami"}
    before = edge.contents()

    clerk.look(changed, deployed("SN-new"))

    assert edge.contents() == before
    assert edge.acts()[Act.ROSTER_READ] == 2  # the act, and who is seen to differ


@pytest.mark.parametrize(
    ("given", "column", "code"),
    [
        ({"service_number": ""}, "service_number", Trouble.NEEDED),
        ({"service_number": "9" * 81}, "service_number", Trouble.NUMBER),
        ({"family": " "}, "family", Trouble.NEEDED),
        ({"given": "x" * 81}, "given", Trouble.TOO_LONG),
        ({"given": "=1+1"}, "given", Trouble.FORMULA),
        ({"family": "@SUM(A1)"}, "family", Trouble.FORMULA),
        ({"family": "-1"}, "family", Trouble.FORMULA),
        ({"phone": "+cmd|x"}, "phone", Trouble.FORMULA),
        ({"given": "Ma\x07ra"}, "given", Trouble.UNPRINTABLE),
        ({"given": "Ma\nra"}, "given", Trouble.UNPRINTABLE),
        ({"sex": "other"}, "sex", Trouble.CHOOSE_SEX),
        ({"rank_band": "general"}, "rank_band", Trouble.CHOOSE_RANK),
        ({"birth_year": "91"}, "birth_year", Trouble.YEAR),
        ({"birth_year": "1891"}, "birth_year", Trouble.YEAR),
        ({"language": "English"}, "language", Trouble.LANGUAGE),
        ({"email": "mara"}, "email", Trouble.ADDRESS),
        ({"phone": "call me"}, "phone", Trouble.PHONE),
        ({"unit": "3rd Company"}, "unit", Trouble.UNIT_UNKNOWN),
        ({"unit": "Elsewhere / 1st Company"}, "unit", Trouble.UNIT_UNKNOWN),
        ({"deployed_from": "03/04/2026"}, "deployed_from", Trouble.DATE_AMBIGUOUS),
        ({"deployed_from": "3.4.26"}, "deployed_from", Trouble.DATE_AMBIGUOUS),
        ({"deployed_from": "46000"}, "deployed_from", Trouble.DATE),
        ({"deployed_from": "2026-02-30"}, "deployed_from", Trouble.DATE),
        ({"deployed_until": "2026-01-14"}, "deployed_until", Trouble.BEFORE_START),
        ({"mission": ""}, "mission", Trouble.NEEDED),
        ({"deployed_from": "", "deployed_until": ""}, "deployed_from", Trouble.NEEDED),
        ({"mission": "M" * 121}, "mission", Trouble.TOO_LONG),
    ],
)
def test_what_is_wrong_with_a_line_is_named_by_line_and_column(clerk, given, column, code):
    plan = clerk.look(somebody("SN-0"), deployed("SN-1", **given)).plan

    assert remarks(plan.problems) == [(3, column, code)]
    assert not plan.may_be_applied


def test_a_line_with_a_value_too_many_is_a_problem(clerk, admin, make):
    content = csv_of(somebody()) + b"SN-2,Sami\r\n"

    plan = clerk.look(content=content).plan

    assert remarks(plan.problems) == [(3, "", Trouble.SHAPE)]


def test_a_unit_is_named_by_its_path_or_by_its_end_where_that_is_clear(clerk, make, company):
    make.unit("Signals", company)
    second = make.unit("2nd Company", make.root)
    make.unit("Signals", second)
    named = ("contingent / 1ST  company/signals", "1st Company / Signals", "2nd Company")

    clear = clerk.look(*(somebody(name, unit=name) for name in named)).plan
    unclear = clerk.look(somebody(unit="Signals")).plan

    assert clear.problems == ()
    assert len({each.unit_id for each in clear.arrivals}) == 2
    assert remarks(unclear.problems) == [(2, "unit", Trouble.UNIT_AMBIGUOUS)]


def test_an_unknown_mission_is_refused_unless_new_ones_are_wanted(clerk):
    refused = clerk.look(deployed(), new_missions=False).plan
    wanted = clerk.look(deployed(), new_missions=True).plan

    assert remarks(refused.problems) == [(2, "mission", Trouble.MISSION_UNKNOWN)]
    assert (wanted.problems, wanted.missions) == ((), ("River Mission",))


def test_a_number_that_stands_twice_is_refused_whatever_its_capitals(clerk):
    plan = clerk.look(somebody("SN-1"), somebody("sn-1 ", given="Sami")).plan

    assert remarks(plan.problems) == [(3, "service_number", Trouble.TWICE)]


def test_another_deployment_of_the_same_person_may_stand_on_a_line_of_its_own(clerk):
    later = {"deployed_from": "2026-09-01", "deployed_until": ""}

    plan = clerk.look(deployed(), deployed(**later)).plan

    assert plan.problems == ()
    assert [len(each.stays) for each in plan.arrivals] == [2]


def test_deployments_that_overlap_in_the_file_are_refused(clerk):
    plan = clerk.look(deployed(), deployed(deployed_from="2026-07-01", deployed_until="")).plan

    assert remarks(plan.problems) == [(3, "deployed_from", Trouble.OVERLAPS_IN_FILE)]


def test_deployments_that_overlap_with_what_is_recorded_are_refused(clerk):
    clerk.apply(deployed())

    plan = clerk.look(deployed(deployed_from="2026-07-14", deployed_until="")).plan

    assert remarks(plan.problems) == [(2, "deployed_from", Trouble.OVERLAPS)]


@pytest.mark.parametrize(
    ("given", "column"),
    [({"deployed_until": "2026-07-15"}, "deployed_until"), ({"mission": "Other"}, "mission")],
)
def test_a_deployment_that_is_recorded_otherwise_is_refused(clerk, given, column):
    clerk.apply(deployed())

    plan = clerk.look(deployed(**given)).plan

    assert remarks(plan.problems) == [(2, column, Trouble.DEPLOYMENT_DIFFERS)]


def test_a_return_that_would_lie_in_a_later_deployment_is_refused(clerk):
    clerk.apply(deployed(deployed_from="2026-01-15", deployed_until="2026-02-01"))
    clerk.apply(deployed(deployed_from="2026-03-01", deployed_until=""))
    later = deployed(deployed_from="2026-03-01", deployed_until="2026-09-01")
    earlier = deployed(deployed_from="2026-01-15", deployed_until="")

    assert clerk.look(later).plan.problems == ()
    assert clerk.look(earlier).plan.unchanged == 1


def test_a_number_in_use_in_another_contingent_tells_nothing_but_that(clerk, make):
    other = make.person(make.unit("Second Contingent"))
    row = somebody(clerk.number_of(other))

    plan = clerk.look(row).plan
    malformed = clerk.look(somebody("9" * 81)).plan

    assert remarks(plan.problems) == remarks(malformed.problems)
    assert remarks(plan.problems) == [(2, "service_number", Trouble.NUMBER)]
    assert counts(plan) == (0, 0, 0, 1)


def test_somebody_of_another_contingent_is_never_in_the_trail_of_a_dry_run(clerk, make, edge):
    other = make.person(make.unit("Second Contingent"))

    clerk.look(somebody(clerk.number_of(other)))

    assert edge.rows(AuditEvent, AuditEvent.person_id == other.id) == []


def test_a_move_and_a_likely_duplicate_are_to_be_looked_at(clerk, make):
    moving = clerk.row_of(make.person()) | {"unit": "1st Company"}
    clerk.apply(somebody("SN-old"))

    plan = clerk.look(moving, somebody("SN-typo"), somebody("SN-other", birth_year="1980")).plan

    assert remarks(plan.notices) == [
        (2, "unit", Notice.MOVED),
        (3, "service_number", Notice.DUPLICATE),
    ]
    assert plan.may_be_applied


def test_two_new_people_of_the_same_name_and_year_are_to_be_looked_at(clerk):
    plan = clerk.look(somebody("SN-1"), somebody("SN-2", given="MARA")).plan

    assert remarks(plan.notices) == [(3, "service_number", Notice.DUPLICATE)]


def test_contacts_and_year_of_somebody_with_an_account_stay_as_they_are(clerk, make):
    row = clerk.row_of(make.actor(Role.MEMBER)) | {
        "email": "thief@example.org",
        "birth_year": "1970",
    }

    plan = clerk.look(row).plan

    assert counts(plan)[:3] == (0, 0, 1)
    assert remarks(plan.notices) == [(2, "birth_year", Notice.KEPT), (2, "email", Notice.KEPT)]


def test_an_empty_cell_says_nothing(clerk, make):
    row = clerk.row_of(make.person())
    needed = ("service_number", "given", "family", "unit")

    plan = clerk.look({name: row[name] for name in needed}).plan

    assert counts(plan)[:3] == (0, 0, 1)


def test_whoever_left_every_unit_comes_back_by_being_in_a_file(clerk, make, edge):
    person = make.person()
    row = clerk.row_of(person)
    with make.kept() as session:
        stay = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        stay.until_day = stay.from_day

    plan = clerk.look(row).plan

    assert [each.columns for each in plan.changes] == [("unit",)]


def test_nobody_but_an_administrator_of_the_units_looks_at_a_roster(clerk, make, edge):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(AccessDenied):
            clerk.look(somebody(), actor=make.actor(role))


def test_a_file_that_waits_is_sealed_and_only_its_sender_finds_it(clerk, admin, edge, make):
    given = {"actor": admin, "at": make.now}
    upload = edge.act(rosters.hold_file, content=csv_of(somebody()), new_missions=False, **given)

    assert edge.look(rosters.show_file, upload_id=upload.id, **given).is_as_seen
    (stored,) = edge.rows(RosterUpload)
    assert b"Mara" not in stored.content and b"SN-1" not in stored.content
    for other in (make.actor(Role.ADMINISTRATOR), admin_below(make, admin)):
        with pytest.raises((AccessDenied, RecordNotFound)):
            edge.look(rosters.show_file, upload_id=upload.id, actor=other, at=make.now)


def admin_below(make, admin):
    """The same administrator in a Post of a smaller unit."""
    below = make.unit("3rd Company", make.root)
    return type(admin)(admin.account_id, admin.person_id, Role.ADMINISTRATOR, below.path)
