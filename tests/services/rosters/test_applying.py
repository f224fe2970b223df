"""A roster applied: whole or not at all, exactly what was shown, and nothing the second time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.tables.audit import AuditEvent
from models.tables.people import Deployment, Identity, Membership, Person
from models.tables.rosters import RosterChange, RosterImport, RosterUpload
from models.tables.screenings import Window
from models.vocabulary import Act, Role, RosterKind
from tests.factories import TODAY
from tests.roster_files import csv_of, deployed, somebody
from tests.services.rosters.conftest import PROGRAMME
from welfare.errors import ChangedMeanwhile, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.services import exports, rosters
from welfare.services.deployments import record_deployment

YESTERDAY = TODAY - timedelta(days=1)
ELSEWHERE = "1st Company"


@pytest.fixture
def waiting(clerk, edge, make):
    """A file of these rows that waits for a yes."""

    def wait(*rows):
        given = {"actor": clerk.actor, "content": csv_of(*rows), "at": make.now}
        return edge.act(rosters.hold_file, new_missions=True, **given)

    return wait


@pytest.fixture
def say_yes(clerk, edge, make):
    def yes(upload, **more):
        given = {"actor": clerk.actor, "upload_id": upload.id, "at": make.now} | more
        return edge.act(rosters.apply_upload, programme=PROGRAMME, **given)

    return yes


def test_somebody_new_is_enrolled_with_everything_that_the_file_says(clerk, edge, company):
    clerk.apply(deployed(unit=ELSEWHERE))

    person, identity, facts = clerk.person("sn-1")
    assert (identity["given"], identity["phone"]) == ("Mara", "+00 555 0100")
    assert facts == {"sex": "female", "birth_year": 1991, "rank_band": "nco", "language": "en"}
    assert person.unit_id == company.id
    (stay,) = edge.rows(Membership, Membership.person_id == person.id)
    assert (stay.unit_id, stay.from_day, stay.until_day) == (company.id, TODAY, None)


def test_the_dates_for_the_questions_are_those_of_a_deployment_recorded_by_hand(clerk, edge, make):
    by_hand = make.person()
    given = {"mission": "River Mission", "site": "Port Ansel", "programme": PROGRAMME}
    clerk.apply(deployed())
    (stay,) = edge.rows(Deployment)

    edge.act(
        record_deployment,
        actor=clerk.actor,
        service_number=clerk.number_of(by_hand),
        from_day=stay.from_day,
        until_day=stay.until_day,
        at=make.now,
        **given,
    )
    edge.schedule()

    windows = {}
    for each in edge.rows(Window):
        windows.setdefault(each.person_id, set()).add((each.code, each.opens_on, each.due_by))
    assert windows[by_hand.id] == windows[stay.person_id] != set()
    assert len({each.mission_id for each in edge.rows(Deployment)}) == 1


def test_what_the_file_says_differently_is_changed_and_nothing_else(clerk, make):
    before = clerk.row_of(make.person())

    clerk.apply(before | {"family": "Marrow", "rank_band": "officer", "email": ""})

    _, identity, facts = clerk.person(before["service_number"])
    assert (identity["family"], facts["rank_band"]) == ("Marrow", "officer")
    assert (identity["email"], facts["birth_year"]) == (before["email"], 1990)


def test_a_move_ends_one_time_in_a_unit_and_begins_another(clerk, edge, make, company):
    person = make.person()

    clerk.apply(clerk.row_of(person) | {"unit": ELSEWHERE})

    left, joined = edge.rows(Membership, Membership.person_id == person.id)
    assert (left.unit_id, left.until_day) == (make.root.id, YESTERDAY)
    assert (joined.unit_id, joined.from_day, joined.until_day) == (company.id, TODAY, None)


def test_whoever_came_today_is_in_one_unit_today(clerk, edge, company):
    clerk.apply(somebody())

    clerk.apply(somebody(unit=ELSEWHERE))

    person, _, _ = clerk.person("SN-1")
    (stay,) = edge.rows(Membership, Membership.person_id == person.id)
    assert (stay.unit_id, stay.from_day, person.unit_id) == (company.id, TODAY, company.id)


def test_a_return_that_is_told_now_plans_what_follows_it(clerk, edge):
    clerk.apply(deployed(deployed_until=""))
    edge.schedule()
    before = {each.code for each in edge.rows(Window)}

    clerk.apply(deployed())
    edge.schedule()

    (stay,) = edge.rows(Deployment)
    assert stay.until_day.isoformat() == "2026-07-14"
    assert before < {each.code for each in edge.rows(Window)}


def test_the_same_file_again_changes_nothing_and_says_so(clerk, edge):
    first = clerk.apply(deployed(), somebody("SN-2"))
    before = edge.contents()

    again = clerk.look(deployed(), somebody("SN-2"))

    assert not again.plan.does_anything
    assert again.earlier.id == first.id
    with pytest.raises(MoveNotAllowed):
        clerk.apply(deployed(), somebody("SN-2"))
    assert edge.contents() == before


def test_the_absent_stay_as_they_are(clerk, edge, make):
    absent = make.person()
    before = clerk.row_of(absent)

    roster = clerk.apply(somebody())

    assert roster.people_absent == 2  # and the administrator
    assert clerk.row_of(absent) == before
    (stay,) = edge.rows(Membership, Membership.person_id == absent.id)
    assert stay.until_day is None


def test_a_problem_in_one_line_keeps_every_line_out(clerk, edge):
    before = edge.contents()

    with pytest.raises(MoveNotAllowed):
        clerk.apply(somebody("SN-1"), somebody("SN-2", unit="Nowhere"))

    assert edge.contents() == before


def test_a_failure_in_the_middle_keeps_nothing(clerk, edge, make, admin):
    changed = clerk.row_of(make.person()) | {"given": "Sami"}
    before = edge.contents(but=("audit_event", "roster_change"))
    seen = clerk.look(changed, deployed()).seen
    edge.break_table("roster_change")

    with pytest.raises(Exception, match="roster_change"):
        edge.act(
            rosters.apply_file,
            actor=admin,
            content=csv_of(changed, deployed()),
            new_missions=True,
            seen=seen,
            programme=PROGRAMME,
            at=make.now,
        )

    with edge.database.engine.connect() as connection:
        kept = {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in edge.tables()
            if table.name in before
        }
    assert kept == before


def test_every_person_and_the_batch_are_in_the_trail(clerk, edge, make):
    changed = clerk.row_of(make.person()) | {"given": "Sami"}

    roster = clerk.apply(changed, deployed(), somebody("SN-2"))

    acts = edge.acts()
    assert (acts[Act.PERSON_ADDED], acts[Act.PERSON_CHANGED]) == (2, 1)
    assert (acts[Act.ROSTER_IMPORTED], acts[Act.DEPLOYMENT_RECORDED]) == (1, 1)
    (event,) = edge.rows(AuditEvent, AuditEvent.act == Act.ROSTER_IMPORTED)
    assert (event.resource_id, event.actor_id) == (roster.id, clerk.actor.account_id)


def test_the_import_keeps_who_when_and_how_many(clerk, edge, make):
    same, other = clerk.row_of(make.person()), clerk.row_of(make.person())

    clerk.apply(same, other | {"given": "Sami"}, somebody())

    (roster,) = edge.rows(RosterImport)
    assert (roster.made_by, roster.made_at) == (clerk.actor.account_id, make.now)
    assert (roster.people_new, roster.people_changed, roster.people_unchanged) == (1, 1, 1)
    kinds = {each.line: each.kind for each in edge.rows(RosterChange)}
    assert kinds == {3: RosterKind.CHANGED, 4: RosterKind.NEW}


def test_a_yes_applies_the_file_that_waits_and_forgets_it(waiting, say_yes, edge, clerk):
    upload = waiting(somebody())

    say_yes(upload)

    assert edge.count(RosterUpload) == 0
    assert clerk.person("SN-1") is not None


def test_if_the_site_changed_meanwhile_nothing_is_applied_until_it_was_seen_again(
    waiting, say_yes, clerk, edge, make
):
    row = clerk.row_of(make.person())
    upload = waiting(row | {"given": "Sami"})
    clerk.apply(row | {"family": "Marrow"})
    given = {"actor": clerk.actor, "upload_id": upload.id, "at": make.now}

    with pytest.raises(ChangedMeanwhile):
        say_yes(upload)
    assert clerk.row_of(clerk.person(row["service_number"])[0])["given"] == "Adan"
    assert not edge.look(rosters.show_file, **given).is_as_seen

    edge.act(rosters.check_again, **given)
    say_yes(upload)
    assert clerk.row_of(clerk.person(row["service_number"])[0])["given"] == "Sami"


def test_a_file_that_waited_for_a_day_is_gone_for_everybody(waiting, say_yes, edge, make):
    upload = waiting(somebody())
    late = make.now + rosters.KEPT_FOR

    with pytest.raises(RecordNotFound):
        say_yes(upload, at=late)
    assert edge.act(rosters.forget_uploads, at=late - timedelta(seconds=1)) == 0
    assert edge.act(rosters.forget_uploads, at=late) == 1
    assert edge.count(RosterUpload) == 0


def test_a_file_can_be_deleted_before_it_is_applied(waiting, clerk, edge, make):
    upload = waiting(somebody())

    edge.act(rosters.cancel_upload, actor=clerk.actor, upload_id=upload.id, at=make.now)

    assert edge.count(RosterUpload) == 0
    assert clerk.person("SN-1") is None


def test_the_list_names_imports_of_the_own_units_alone(clerk, edge, make, company):
    roster = clerk.apply(somebody())
    other = make.actor(Role.ADMINISTRATOR, make.unit("Second Contingent"))
    below = make.actor(Role.ADMINISTRATOR, company)

    seen = {
        actor: [each.id for each in edge.look(rosters.list_imports, actor=actor, at=make.now)]
        for actor in (clerk.actor, other, below)
    }

    assert seen == {clerk.actor: [roster.id], other: [], below: []}


def test_what_a_roster_did_is_part_of_the_person_s_export(clerk, edge, make):
    person = make.person()
    clerk.apply(clerk.row_of(person) | {"given": "Sami"})

    content = edge.act(
        exports.export_person,
        actor=console(make.root.path),
        person_id=person.id,
        with_notes=False,
        at=make.now,
    )

    (change,) = content["roster_changes"]
    assert change["kind"] == "changed"
    assert change["values"] == {"given": ["Adan", "Sami"]}


def test_nothing_of_the_file_stands_in_the_clear(clerk, edge):
    clerk.apply(somebody(given="Canarykestrel"))

    with edge.database.reading() as session:
        for column in (Identity.content, Person.facts, RosterChange.before):
            assert all(b"anarykestrel" not in each for each in session.scalars(select(column)))
