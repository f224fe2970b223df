"""Leaving a clinical Post: open work goes to a human in the same act, never to the patient."""

from datetime import timedelta

import pytest

from models.duty import watch_for
from models.tables.care import Alert, Case
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.places import DutyRoster
from models.vocabulary import Act, AlertStatus, CaseStatus, Role
from tests.factories import TODAY
from tests.jobs.conftest import post_office as post_office
from tests.jobs.conftest import worker as worker
from welfare.errors import InputRefused
from welfare.services.accounts import disable_account
from welfare.services.posts import end_post


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def leaver(make):
    """A clinician on duty for the contingent."""
    clinician = make.actor(Role.CLINICIAN)
    make.duty(clinician, make.root)
    return clinician


@pytest.fixture
def disable(edge, make, admin, leaver):
    return lambda **more: edge.act(
        disable_account, actor=admin, account_id=leaver.account_id, at=make.now, **more
    )


def alert_now(edge, alert):
    return edge.rows(Alert, Alert.id == alert.id)[0]


def case_now(edge, case):
    return edge.rows(Case, Case.id == case.id)[0]


def taken(leaver, make):
    return {
        "status": AlertStatus.ACKNOWLEDGED,
        "acknowledged_at": make.now,
        "acknowledged_by": leaver.account_id,
    }


def test_open_alerts_go_to_the_next_human_and_are_raised_anew(edge, make, leaver, disable):
    lead = make.actor(Role.CLINIC_LEAD)
    raised = make.alert(make.person(), leaver)
    worked = make.alert(make.person(), leaver, **taken(leaver, make))

    disable()

    for alert in (raised, worked):
        now = alert_now(edge, alert)
        assert (now.owner_id, now.cover_id) == (lead.account_id, None)
        assert now.status is AlertStatus.RAISED and now.next_nudge_at == make.now
    assert edge.acts()[Act.WORK_HANDED_OVER] == 2


def test_the_new_owner_is_nudged_at_once(make, leaver, disable, worker, post_office, database):
    lead = make.actor(Role.CLINIC_LEAD)
    make.alert(make.person(), leaver)
    disable()

    worker(make.now)

    with database.reading() as session:
        letters = session.query(Letter).all()
    assert [letter.recipient_id for letter in letters] == [lead.account_id]
    assert len(post_office.letters) == 1


def test_the_one_who_leaves_covers_nothing_any_more(edge, make, leaver, disable):
    lead = make.actor(Role.CLINIC_LEAD)
    alert = make.alert(make.person(), lead, cover_id=leaver.account_id)

    disable()

    assert (alert_now(edge, alert).owner_id, alert_now(edge, alert).cover_id) == (
        lead.account_id,
        None,
    )


def test_nobody_is_handed_the_alert_or_the_case_about_themselves(edge, make, leaver, disable):
    lead = make.actor(Role.CLINIC_LEAD)
    other = make.actor(Role.CLINIC_LEAD)
    of_lead = person_of(make, lead)
    alert, case = make.alert(of_lead, leaver), make.case(of_lead, leaver)

    disable(colleague_id=lead.account_id)

    assert alert_now(edge, alert).owner_id == other.account_id
    assert case_now(edge, case).clinician_id == other.account_id


def person_of(make, actor):
    return Person(id=actor.person_id, unit_id=make.root.id)


def test_cases_go_to_the_chosen_colleague_and_without_one_to_who_is_on_duty(
    edge, make, leaver, disable
):
    colleague, on_duty = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    make.duty(on_duty, make.root)
    case = make.case(make.person(), leaver)
    second = make.actor(Role.CLINICIAN)
    make.duty(second, make.root, from_at=make.now - timedelta(days=3))
    other = make.case(make.person(), second)

    disable(colleague_id=colleague.account_id)
    edge.act(
        disable_account,
        actor=make.actor(Role.ADMINISTRATOR),
        account_id=second.account_id,
        at=make.now,
    )

    assert case_now(edge, case).clinician_id == colleague.account_id
    assert case_now(edge, other).clinician_id == on_duty.account_id


def test_two_open_cases_of_one_person_with_one_clinician_become_one(edge, make, leaver, disable):
    lead = make.actor(Role.CLINIC_LEAD)
    person = make.person()
    kept, ended = make.case(person, lead), make.case(person, leaver)

    disable()

    assert case_now(edge, kept).status is CaseStatus.OPEN
    assert case_now(edge, ended).status is CaseStatus.CLOSED
    assert case_now(edge, ended).clinician_id == lead.account_id  # the leaver opens it no more


def test_only_a_clinician_of_the_own_units_can_take_over(edge, make, leaver, disable):
    make.actor(Role.CLINIC_LEAD)
    gone = make.actor(Role.CLINICIAN, disabled_at=make.now)
    waiting = make.actor(Role.MEMBER)
    make.post(waiting, Role.CLINICIAN, make.root, confirmed_at=None)
    elsewhere = make.actor(Role.CLINICIAN, make.unit("Another contingent"))

    for wrong in (gone, waiting, elsewhere, leaver, make.actor(Role.COMMANDER)):
        with pytest.raises(InputRefused) as refused:
            disable(colleague_id=wrong.account_id)
        assert refused.value.problems == {"colleague": "choose"}


def test_duty_entries_end_now_and_later_ones_go(edge, make, leaver, disable):
    make.actor(Role.CLINIC_LEAD)
    make.duty(leaver, make.root, from_at=make.now + timedelta(days=2))
    past = make.duty(
        leaver,
        make.root,
        from_at=make.now - timedelta(days=9),
        until_at=make.now - timedelta(days=8),
    )

    disable()

    ends = {duty.id: duty.until_at for duty in edge.rows(DutyRoster)}
    assert len(ends) == 2
    assert ends.pop(past.id) == make.now - timedelta(days=8)
    assert list(ends.values()) == [make.now]


def test_a_unit_is_not_left_without_a_clinician_unless_even_so(edge, make, leaver, disable):
    alert, case = make.alert(make.person(), leaver), make.case(make.person(), leaver)
    before = edge.contents()

    with pytest.raises(InputRefused) as refused:
        disable()
    unchanged = edge.contents()
    disable(even_so=True)

    assert refused.value.problems == {"even_so": "nobody_left"}
    assert unchanged == before
    assert alert_now(edge, alert).owner_id is None
    assert case_now(edge, case).clinician_id == leaver.account_id


def test_the_refusal_does_not_tell_whether_there_is_any_work(make, leaver, disable):
    """Else an administrator could learn who needed help, by asking before and after."""
    with pytest.raises(InputRefused) as idle:
        disable()
    make.alert(make.person(), leaver)
    with pytest.raises(InputRefused) as busy:
        disable()

    assert idle.value.problems == busy.value.problems


def test_an_alert_left_alone_finds_its_human_as_soon_as_there_is_one(
    edge, make, leaver, disable, worker
):
    alert = make.alert(make.person(), leaver)
    disable(even_so=True)
    new = make.actor(Role.CLINIC_LEAD)

    worker(make.now + timedelta(seconds=1))

    assert alert_now(edge, alert).owner_id == new.account_id


def test_ending_one_of_two_clinical_posts_hands_over_only_its_own_work(edge, make, admin):
    alder, birch = make.unit("Alder", make.root), make.unit("Birch", make.root)
    lead = make.actor(Role.CLINIC_LEAD)
    leaver = make.actor(Role.CLINICIAN, alder)
    ending = make.post(leaver, Role.CLINICIAN, birch)
    make.duty(leaver, alder)
    stays, goes = (
        make.alert(make.person(unit), leaver, **taken(leaver, make)) for unit in (alder, birch)
    )

    edge.act(end_post, actor=admin, post_id=ending.id, at=make.now)

    assert alert_now(edge, stays).owner_id == leaver.account_id
    assert alert_now(edge, stays).status is AlertStatus.ACKNOWLEDGED
    assert alert_now(edge, goes).owner_id == lead.account_id
    assert [duty.until_at for duty in edge.rows(DutyRoster)] == [None]


def test_an_owner_whose_last_clinical_post_ran_out_is_not_the_last_to_know(edge, make, worker):
    lead = make.actor(Role.CLINIC_LEAD)
    member = make.actor(Role.MEMBER)
    make.post(member, Role.CLINICIAN, make.root, until_day=TODAY - timedelta(days=1))
    alert = make.alert(make.person(), member, **taken(member, make))

    worker(make.now)

    assert alert_now(edge, alert).owner_id == lead.account_id


def test_an_unconfirmed_clinician_is_nobody_for_alerts(make, database):
    waiting = make.actor(Role.MEMBER)
    make.post(waiting, Role.CLINIC_LEAD, make.root, confirmed_at=None)
    make.duty(waiting, make.root)

    with database.reading() as session:
        holds = watch_for(session, unit=make.root, at=make.now)

    assert holds.human_for(make.root) is None
