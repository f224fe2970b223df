"""What becomes of windows, alerts, cases and results when two records become one."""

from datetime import timedelta

import pytest

from models import vault
from models.enrolment import Newcomer, person_numbered
from models.tables.accounts import Account
from models.tables.care import Alert, Case, ContactAttempt
from models.tables.glass import BreakGlass
from models.tables.people import Identity, Person
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import Act, AlertStatus, Role, SetAsideBy
from tests.factories import TODAY
from welfare.policies.actor import console
from welfare.services import alerts, own_record, records
from welfare.services.exports import export_person
from welfare.services.imports import find_people, load_people


@pytest.fixture
def windows(two, make):
    """The same window in both records."""

    def made(**given):
        return [make.window(person.id, **given) for person in (two.first, two.second)]

    return made


def answer(make, person, window):
    sent = make.screening(person, day=window.opens_on)
    with make.kept() as session:
        session.get_one(Screening, sent.id).window_id = window.id
    return sent


def test_what_only_the_second_answered_counts_for_the_window_of_the_first(two, make, edge, windows):
    first, second = windows()
    sent = answer(make, two.second, second)

    two.join()

    (kept,) = edge.rows(Screening, Screening.id == sent.id)
    (aside,) = edge.rows(Window, Window.id == second.id)
    assert (kept.person_id, kept.window_id) == (two.first.id, first.id)
    assert (aside.person_id, aside.set_aside) == (two.second.id, SetAsideBy.WAIVED)


def test_where_both_answered_both_are_kept_as_they_are(two, make, edge, windows):
    pair = windows()
    sent = [
        answer(make, person, window)
        for person, window in zip((two.first, two.second), pair, strict=True)
    ]

    two.join()

    kept = [edge.rows(Screening, Screening.id == each.id)[0] for each in sent]
    assert {each.person_id for each in kept} == {two.first.id}
    assert [each.window_id for each in kept] == [window.id for window in pair]


def test_a_draft_goes_on_in_the_window_of_the_first_unless_there_is_one(two, make, edge, windows):
    first, second = windows()
    begun = draft(make, two.second, second)

    two.join()

    (kept,) = edge.rows(Draft, Draft.id == begun.id)
    assert (kept.person_id, kept.window_id) == (two.first.id, first.id)


def test_the_draft_of_the_first_is_not_replaced(two, make, edge, windows):
    first, second = windows()
    own, other = draft(make, two.first, first), draft(make, two.second, second)

    two.join()

    held = {each.id: each.person_id for each in edge.rows(Draft)}
    assert held == {own.id: two.first.id, other.id: two.second.id}


def draft(make, person, window):
    with make.kept() as session:
        made = Draft(
            window_id=window.id,
            person_id=person.id,
            submission_id=window.id,
            saved_at=make.now - timedelta(days=1),
        )
        made.id = window.id
        key = vault.key_for(session, person_id=person.id)
        made.payload = vault.sealed(key, made, "payload", {"phq-9": {"1": 1}})
        session.add(made)
    return made


def test_an_open_alert_keeps_its_clock_and_its_owner_and_can_be_worked_on(two, make, edge):
    before = make.alert(two.second, two.clinician)

    two.join()

    (alert,) = edge.rows(Alert, Alert.id == before.id)
    kept = ("status", "due_at", "owner_id", "next_nudge_at", "nudges", "screening_id")
    assert [getattr(alert, each) for each in kept] == [getattr(before, each) for each in kept]
    edge.act(alerts.acknowledge_alert, actor=two.clinician, alert_id=alert.id, at=make.now)
    (case,) = edge.rows(Case)
    assert case.person_id == two.first.id


def test_nobody_answers_for_an_alert_about_themselves(make, edge, two):
    carer = make.actor(Role.CLINICIAN)
    with make.database.reading() as session:
        two.first = session.get_one(Person, carer.person_id)
    own = make.alert(
        two.second,
        carer,
        status=AlertStatus.ACKNOWLEDGED,
        acknowledged_at=make.now,
        acknowledged_by=carer.account_id,
    )

    two.join()

    (alert,) = edge.rows(Alert, Alert.id == own.id)
    assert (alert.owner_id, alert.status) == (two.clinician.account_id, AlertStatus.RAISED)


def test_two_clinicians_both_go_on_caring(two, make, edge):
    other = make.actor(Role.CLINICIAN)
    make.case(two.first, two.clinician)
    make.case(two.second, other)

    two.join()

    assert {(each.person_id, each.clinician_id) for each in edge.rows(Case)} == {
        (two.first.id, two.clinician.account_id),
        (two.first.id, other.account_id),
    }


def test_the_clinician_reads_what_stayed_behind_too(scene, make, edge):
    scene.join()
    given = {"actor": scene.clinician, "person_id": scene.first.id, "at": make.now}

    view = edge.look(records.read_record, **given)

    assert [each.words for each in view.notes] == ["Slept well."]
    assert sum(each.is_copy for each in view.screenings) == 1
    assert len(view.screenings) == len(edge.rows(Screening)) + 1


def test_the_export_has_both_records_in_it(scene, make, edge):
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=scene.second.id)
        number = vault.opened(key, session.get_one(Identity, scene.second.id), "content")
    scene.join()
    actor = console(make.root.path)

    content = edge.act(
        export_person, actor=actor, person_id=scene.first.id, with_notes=True, at=make.now
    )

    (merge,) = [each for each in content["merges"] if each["confirmed_at"]]
    assert merge["other"]["identity"] == number
    assert [each["words"] for each in content["notes"]] == ["Slept well."]
    assert len(content["other_answers_received"]) == 1
    assert len(content["roster_changes"]) == 1


def test_whoever_opened_the_second_record_is_named_to_its_owner(two, make, edge):
    make.case(two.second, two.clinician)
    given = {"actor": two.clinician, "person_id": two.second.id, "at": make.now}
    edge.look(records.read_record, **given)
    two.join()

    readers = edge.look(own_record.list_readers, actor=two.account, at=make.now)

    assert two.clinician.role in {each.role for each in readers}
    assert {each.role for each in readers} >= {Role.ADMINISTRATOR, Role.CLINICIAN}


def test_the_number_of_the_second_finds_the_first(two, make):
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=two.second.id)
        identity = session.get_one(Identity, two.second.id)
        number = vault.opened(key, identity, "content")["service_number"]
    two.join()

    with make.database.reading() as session:
        assert person_numbered(session, number).id == two.first.id


def test_a_file_of_answers_finds_the_first_under_the_key_of_the_second(two, make, edge):
    actor = console(make.root.path)
    with make.database.reading() as session:
        unit = session.get_one(Person, two.second.id).unit
    newcomer = Newcomer(unit, TODAY, {"sex": "male"})
    people = edge.act(load_people, actor=actor, people={"x-1": newcomer}, at=make.now)
    with make.database.reading() as session:
        two.second = session.get_one(Person, people["x-1"])
    two.join()

    assert edge.look(find_people, actor=actor, unit=unit, keys=["x-1"]) == {"x-1": two.first.id}


def test_a_disabled_account_of_the_second_is_called_by_the_name_of_the_first(scene, edge):
    (account,) = edge.rows(Account, Account.person_id == scene.second.id)
    (own,) = edge.rows(Account, Account.person_id == scene.first.id)
    scene.join()

    with edge.database.reading() as session:
        names = vault.names_of(session, account_ids={account.id, own.id})
    assert names[account.id] == names[own.id]


def test_the_last_results_are_those_of_both(scene, edge):
    scene.join()

    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=scene.first.id)
        summary = vault.opened(key, session.get_one(Person, scene.first.id), "summary")
    days = [day for day, *_ in summary["phq-9"]]
    counted = [each for each in edge.rows(Screening) if each.id != scene.rows["struck"].id]
    assert days == sorted(each.day.isoformat() for each in counted)


def test_what_the_first_answered_since_stays_with_the_first(two, make, edge):
    window = make.window(two.second.id)
    merge = two.join()
    sent = answer(make, two.first, window)

    two.part(merge)

    (kept,) = edge.rows(Screening, Screening.id == sent.id)
    (still,) = edge.rows(Window, Window.id == window.id)
    assert {kept.person_id, still.person_id} == {two.first.id}


def test_a_draft_that_the_first_has_saved_since_stays_with_the_first(two, make, edge):
    window = make.window(two.second.id)
    begun = draft(make, two.second, window)
    merge = two.join()
    with make.kept() as session:
        session.get_one(Draft, begun.id).saved_at = make.now + timedelta(minutes=1)

    two.part(merge)

    (kept,) = edge.rows(Draft)
    (still,) = edge.rows(Window, Window.id == window.id)
    assert {kept.person_id, still.person_id} == {two.first.id}


def test_what_was_done_about_an_alert_since_follows_it_back(two, make, edge):
    alert = make.alert(two.second, two.clinician)
    merge = two.join()
    given = {"actor": two.clinician, "alert_id": alert.id, "at": make.now}
    edge.act(alerts.acknowledge_alert, **given)
    edge.act(alerts.record_contact, **given, result="reached", channel="phone", words="Spoke.")

    two.part(merge)

    (tried,) = edge.rows(ContactAttempt)
    (back,) = edge.rows(Alert)
    assert {tried.person_id, back.person_id} == {two.second.id}
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=two.second.id)
        stored = session.get_one(ContactAttempt, tried.id)
        assert vault.opened(key, stored, "content") == ["reached", "phone", "Spoke."]


def test_what_is_open_ends_where_the_other_record_was_closed_to_emergencies(two, make, edge):
    opener = make.actor(Role.CLINICIAN)
    opened = make.glass(two.second, opener)
    make.shut(two.first, two.clinician)

    two.join()

    (glass,) = edge.rows(BreakGlass, BreakGlass.id == opened.id)
    assert (glass.person_id, glass.ended_at) == (two.first.id, make.now)
    assert edge.acts()[Act.GLASS_ENDED] == 1


def test_what_is_open_goes_on_where_neither_record_was_closed(two, make, edge):
    opened = make.glass(two.second, make.actor(Role.CLINICIAN))

    two.join()

    (glass,) = edge.rows(BreakGlass, BreakGlass.id == opened.id)
    assert glass.ended_at is None
