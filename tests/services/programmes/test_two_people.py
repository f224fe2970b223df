"""Who may ask for which change of a programme, and who may be the second: one table."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from models import rulebook
from models.programmes import load
from models.tables.audit import AuditEvent
from models.tables.programmes import Contingent, SiteProgramme
from models.vocabulary import Act, Role
from tests.services.programmes.conftest import BASE, DRAFTS, STRICTER, WIDER
from welfare.errors import (
    AccessDenied,
    ChangedMeanwhile,
    InputRefused,
    MoveNotAllowed,
    RecordNotFound,
)
from welfare.policies.actor import console
from welfare.services import programme_changes, programmes

STAFF = (Role.ADMINISTRATOR, Role.CLINIC_LEAD, Role.CLINICIAN, Role.MEMBER)
PROPOSED_BY = {
    "windows": {Role.ADMINISTRATOR, Role.CLINIC_LEAD},
    "care": {Role.CLINIC_LEAD},
}
CONFIRMED_BY = {
    "windows": {Role.ADMINISTRATOR, Role.CLINIC_LEAD},
    "care": {Role.CLINIC_LEAD, Role.CLINICIAN},
}


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("role", STAFF)
def test_who_may_ask_for_a_change(desk, edge, kind, role):
    actor = desk.actors[role]

    if role in PROPOSED_BY[kind]:
        desk.propose(actor, DRAFTS[kind])
    else:
        with pytest.raises(AccessDenied):
            desk.propose(actor, DRAFTS[kind])

    assert edge.count(SiteProgramme) == (role in PROPOSED_BY[kind])


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("role", STAFF)
def test_who_may_be_the_second(desk, make, edge, kind, role):
    row = desk.propose(desk.actors[Role.CLINIC_LEAD], DRAFTS[kind])
    second = make.actor(role)

    if role in CONFIRMED_BY[kind]:
        desk.confirm(second, row)
    else:
        with pytest.raises(AccessDenied):
            desk.confirm(second, row)

    (kept,) = edge.rows(SiteProgramme)
    assert (kept.confirmed_by == second.account_id) is (role in CONFIRMED_BY[kind])
    assert edge.acts()[Act.PROGRAMME_CONFIRMED] == (role in CONFIRMED_BY[kind])


@pytest.mark.parametrize("kind", DRAFTS)
def test_whoever_asked_never_confirms_in_whatever_role(desk, make, kind):
    lead = desk.actors[Role.CLINIC_LEAD]
    row = desk.propose(lead, DRAFTS[kind])

    for role in (Role.CLINIC_LEAD, Role.CLINICIAN, Role.ADMINISTRATOR):
        with pytest.raises(AccessDenied):
            desk.confirm(replace(lead, role=role), row)


def test_the_kind_is_worked_out_and_one_stricter_cut_point_among_windows_is_care(desk, make):
    both = replace(STRICTER, windows=WIDER.windows)

    with pytest.raises(AccessDenied):
        desk.propose(desk.actors[Role.ADMINISTRATOR], both)
    row = desk.propose(desk.actors[Role.CLINIC_LEAD], both)
    with pytest.raises(AccessDenied):
        desk.confirm(desk.actors[Role.ADMINISTRATOR], row)


def test_the_console_is_an_administrator_that_needs_no_second_but_decides_no_care(desk, make):
    operator = console(make.root.path)

    row = desk.propose(operator, WIDER)
    assert (row.made_by, desk.confirm(operator, row).confirmed_at) == (None, make.now)
    with pytest.raises(AccessDenied):
        desk.propose(operator, STRICTER, code="own-other")
    waiting = desk.propose(desk.actors[Role.CLINIC_LEAD], STRICTER, code="own-other")
    with pytest.raises(AccessDenied):
        desk.confirm(operator, waiting)


def test_a_company_and_another_contingent_have_no_say(desk, make):
    company, other = make.unit("A Company", make.root), make.unit("Second Contingent")
    row = desk.propose(desk.actors[Role.CLINIC_LEAD], WIDER)

    for unit in (company, other):
        stranger = make.actor(Role.CLINIC_LEAD, unit)
        with pytest.raises((AccessDenied, RecordNotFound)):
            desk.confirm(stranger, row)
    with pytest.raises(AccessDenied):
        desk.propose(make.actor(Role.CLINIC_LEAD, company), WIDER, code="own-company")


def test_a_programme_that_another_contingent_follows_is_copied_not_changed(desk, make, edge):
    army = desk.in_force(WIDER)
    other = make.unit("Second Contingent")
    with make.kept() as session:
        session.add(Contingent(unit_id=other.id, nation="N", programme="own-army", language="en"))
    newest = replace(WIDER, code="own-army", version="1", made_from=BASE.name)
    lead = desk.actors[Role.CLINIC_LEAD]

    with pytest.raises(InputRefused) as refused:
        desk.propose(lead, replace(newest, late_for=timedelta(days=9)), base=newest)
    assert refused.value.problems == {"code": "taken"}
    assert army.version == "1"


@pytest.mark.parametrize("code", ["canada", "un-contingent", "blank", "own-taken"])
def test_a_code_that_is_in_use_is_refused(desk, edge, code):
    desk.propose(desk.actors[Role.CLINIC_LEAD], WIDER, code="own-taken")

    with pytest.raises(InputRefused) as refused:
        desk.propose(desk.actors[Role.CLINIC_LEAD], WIDER, code=code)

    assert refused.value.problems == {"code": "taken"}
    assert edge.count(SiteProgramme) == 1


def test_versions_count_up_and_a_refused_number_is_not_used_again(desk, edge):
    lead = desk.actors[Role.CLINIC_LEAD]
    desk.in_force(WIDER)
    first = replace(WIDER, code="own-army", version="1", made_from=BASE.name)
    second = desk.propose(lead, replace(first, late_for=timedelta(days=9)), base=first)
    desk.refuse(lead, second)
    third = desk.propose(lead, replace(first, late_for=timedelta(days=8)), base=first)

    assert (second.version, third.version) == ("2", "3")
    with edge.database.reading() as session:
        assert rulebook.newest(session, "own-army").name == "own-army/1"
        with pytest.raises(FileNotFoundError):
            rulebook.named(session, "own-army/3")


def test_one_change_waits_at_a_time_and_what_changes_nothing_is_refused(desk):
    lead = desk.actors[Role.CLINIC_LEAD]
    desk.in_force(WIDER)
    first = replace(WIDER, code="own-army", version="1", made_from=BASE.name)

    with pytest.raises(InputRefused) as same:
        desk.propose(lead, first, base=first)
    desk.propose(lead, replace(first, title="Army"), base=first)
    with pytest.raises(InputRefused) as waits:
        desk.propose(lead, replace(first, title="Navy"), base=first)

    assert same.value.problems == {"page": "nothing_changed"}
    assert waits.value.problems == {"page": "another_waits"}


def test_a_form_that_was_made_from_an_older_version_is_refused(desk):
    desk.in_force(WIDER)
    first = replace(WIDER, code="own-army", version="1", made_from=BASE.name)
    desk.in_force(replace(first, title="Army"), base=first)

    with pytest.raises(ChangedMeanwhile):
        desk.propose(desk.actors[Role.CLINIC_LEAD], replace(first, title="Navy"), base=first)


def test_what_contradicts_itself_is_refused_by_key(desk, edge):
    nobody = replace(BASE, first_stage=("gad-2",), gates=())
    late = replace(BASE, windows=(replace(BASE.windows[0], opens=300),))

    for draft, key in ((nobody, "stages.first"), (late, "windows[1].opens")):
        with pytest.raises(InputRefused) as refused:
            desk.propose(desk.actors[Role.CLINIC_LEAD], draft)
        assert key in refused.value.problems
    assert edge.count(SiteProgramme) == 0


def test_what_is_decided_is_decided(desk, make):
    done, gone = desk.in_force(WIDER), desk.propose(desk.actors[Role.CLINIC_LEAD], WIDER, code="b")
    desk.refuse(desk.actors[Role.CLINIC_LEAD], gone)
    other = make.actor(Role.CLINIC_LEAD)

    for act, row in ((desk.confirm, done), (desk.refuse, done), (desk.confirm, gone)):
        with pytest.raises(MoveNotAllowed):
            act(other, row)


def test_who_wrote_a_change_may_take_it_back_and_an_administrator_may_not_refuse_care(desk, make):
    lead = desk.actors[Role.CLINIC_LEAD]
    row = desk.propose(lead, STRICTER)

    with pytest.raises(AccessDenied):
        desk.refuse(desk.actors[Role.ADMINISTRATOR], row)
    assert desk.refuse(lead, row).refused_by == lead.account_id


def test_every_step_is_in_the_trail_with_its_version(desk, edge, make):
    row = desk.in_force(WIDER)
    edge.look(
        programme_changes.show_change,
        actor=desk.actors[Role.CLINICIAN],
        change_id=row.id,
        at=make.now,
    )

    told = [each.act for each in edge.rows(AuditEvent, AuditEvent.resource_id == row.id)]

    assert sorted(told) == [
        Act.PROGRAMME_CONFIRMED,
        Act.PROGRAMME_PROPOSED,
        Act.PROGRAMME_READ,
    ]


def at_once(*acts):
    """Run acts at the same moment; what each of them raised, or None."""
    raised, ready = [], threading.Barrier(len(acts))

    def run(act):
        ready.wait()
        try:
            act()
            raised.append(None)
        except (MoveNotAllowed, InputRefused, IntegrityError, ChangedMeanwhile) as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_of_two_that_propose_the_same_version_at_once_one_waits(desk, edge):
    lead, admin = desk.actors[Role.CLINIC_LEAD], desk.actors[Role.ADMINISTRATOR]

    raised = at_once(lambda: desk.propose(lead, WIDER), lambda: desk.propose(admin, WIDER))

    assert raised.count(None) == 1
    assert edge.count(SiteProgramme) == 1


def test_of_two_that_confirm_at_once_one_has(desk, edge, make):
    row = desk.propose(desk.actors[Role.CLINIC_LEAD], WIDER)
    rivals = [make.actor(Role.CLINIC_LEAD), desk.actors[Role.ADMINISTRATOR]]

    raised = at_once(*(lambda rival=rival: desk.confirm(rival, row) for rival in rivals))

    assert {type(each) for each in raised} == {MoveNotAllowed, type(None)}
    assert edge.acts()[Act.PROGRAMME_CONFIRMED] == 1


def test_the_list_says_who_follows_what_and_asks_the_same_number_of_queries(desk, edge, make):
    actor = desk.actors[Role.ADMINISTRATOR]
    given = {"actor": actor, "default": "canada", "at": make.now}
    before = edge.queries(programmes.list_programmes, **given)
    for number in range(3):
        desk.in_force(WIDER, code=f"own-{number}")
    desk.propose(actor, WIDER, code="own-waiting")

    after = edge.queries(programmes.list_programmes, **given)
    found = edge.look(programmes.list_programmes, **given)

    assert after <= before + 1  # the names of those who wrote them
    followed = {each.programme.code: each.followers for each in found.entries if each.followers}
    assert followed == {"canada": ("Contingent",)}
    assert [each.programme.name for each in found.entries][-3:] == ["own-0/1", "own-1/1", "own-2/1"]
    assert [each.row.code for each in found.waiting] == ["own-waiting"]


def test_nobody_else_reads_programmes(desk, make, edge):
    for role in set(Role) - {Role.ADMINISTRATOR, Role.CLINIC_LEAD, Role.CLINICIAN}:
        given = {"actor": make.actor(role), "default": "canada", "at": make.now}
        with pytest.raises(AccessDenied):
            edge.look(programmes.list_programmes, **given)
        with pytest.raises(AccessDenied):
            edge.look(programmes.show_programme, code="canada", version=None, **given)


def test_what_waits_is_not_shown_as_in_force(desk, make, edge):
    desk.propose(desk.actors[Role.CLINIC_LEAD], WIDER)
    given = {"actor": desk.actors[Role.CLINICIAN], "default": "canada", "at": make.now}

    for version in (None, "1"):
        with pytest.raises(RecordNotFound):
            edge.look(programmes.show_programme, code="own-army", version=version, **given)
    assert load("canada") == BASE
