"""What administrators see of accounts: their own units, and nothing of anybody's answers."""

from datetime import timedelta

import pytest

from models.tables.audit import AuditEvent
from models.tables.people import Person
from models.vocabulary import Act, AlertStatus, Role
from tests.factories import CRITICAL
from welfare.errors import AccessDenied, RecordNotFound
from welfare.services.account_list import (
    PAGE,
    AccountState,
    count_requests,
    list_accounts,
    list_requests,
    read_account,
)
from welfare.services.invitations import invite
from welfare.services.posts import give_post


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


def ids(page):
    return [row.account_id for row in page.rows]


def test_the_list_shows_the_own_units_alone(edge, make):
    company = make.unit("A Company", make.root)
    mine = make.actor(Role.CLINICIAN, company)
    make.actor(Role.MEMBER, make.unit("B Company", make.root))
    admin = make.actor(Role.ADMINISTRATOR, company)

    page = edge.look(list_accounts, actor=admin, at=make.now)

    assert set(ids(page)) == {mine.account_id, admin.account_id}
    assert edge.acts() == {Act.LIST_READ: 2}


def test_the_list_is_paged_and_opens_the_names_of_the_page_alone(edge, make, admin):
    for _ in range(PAGE):
        make.actor(Role.MEMBER)

    first = edge.look(list_accounts, actor=admin, at=make.now)
    read = edge.acts()[Act.LIST_READ]
    second = edge.look(list_accounts, actor=admin, at=make.now, number=2)

    assert (len(first.rows), first.has_more, read) == (PAGE, True, PAGE)
    assert (len(second.rows), second.has_more) == (1, False)
    assert not set(ids(first)) & set(ids(second))
    assert edge.queries(list_accounts, actor=admin, at=make.now) <= 3


def test_somebody_is_found_by_the_whole_sign_in_name_or_service_number_only(edge, make, admin):
    noor = make.actor(Role.MEMBER, login="noor.c")
    make.actor(Role.MEMBER, make.unit("Another contingent"), login="elsewhere")

    def found(find):
        return ids(edge.look(list_accounts, actor=admin, at=make.now, find=find))

    assert found(" NOOR.C ") == [noor.account_id]
    for wrong in ("noor", "Adan", "elsewhere", "%"):
        assert found(wrong) == []


def test_an_account_shows_its_state_and_that_it_was_opened(edge, make, admin):
    whom = make.actor(Role.CLINICIAN)
    make.web_session(whom)
    make.web_session(whom, ended_at=make.now)

    view = edge.look(read_account, actor=admin, account_id=whom.account_id, at=make.now)

    assert view.open_sessions == 1 and not view.has_second_factor and view.may_act
    assert view.row.roles == (Role.CLINICIAN,)
    (event,) = edge.rows(AuditEvent, AuditEvent.act == Act.ACCOUNT_READ)
    assert event.person_id == whom.person_id


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, AccountState.IN_USE),
        ({"must_change_password": True}, AccountState.UNUSED),
        ({"disabled_at": True}, AccountState.DISABLED),
    ],
)
def test_the_state_is_one_of_three(edge, make, admin, given, state):
    given = {name: make.now if name == "disabled_at" else each for name, each in given.items()}
    whom = make.actor(**given)

    view = edge.look(read_account, actor=admin, account_id=whom.account_id, at=make.now)

    assert view.row.state is state


def test_an_account_elsewhere_looks_like_a_missing_one(edge, make, admin):
    theirs = make.actor(Role.MEMBER, make.unit("Another contingent"))

    with pytest.raises(AccessDenied):
        edge.look(read_account, actor=admin, account_id=theirs.account_id, at=make.now)
    with pytest.raises(RecordNotFound):
        edge.look(read_account, actor=admin, account_id=make.person().id, at=make.now)


def test_nothing_an_administrator_sees_differs_by_what_somebody_answered(edge, make, admin):
    """Neither of the member nor of the clinician who looks after them."""
    clinician, member = make.actor(Role.CLINICIAN), make.actor(Role.MEMBER)

    def seen():
        views = [
            edge.look(read_account, actor=admin, account_id=each.account_id, at=make.now)
            for each in (clinician, member)
        ]
        shown = [
            (view.row, view.email, len(view.posts), view.links, view.open_sessions)
            for view in views
        ]
        return shown, edge.look(list_accounts, actor=admin, at=make.now)

    before = seen()
    person = Person(id=member.person_id, unit_id=make.root.id)
    make.screening(person, CRITICAL)
    make.alert(person, clinician)
    make.case(person, clinician)
    make.alert(
        person,
        clinician,
        status=AlertStatus.ACKNOWLEDGED,
        acknowledged_at=make.now,
        acknowledged_by=clinician.account_id,
    )

    assert seen() == before


def test_what_waits_is_shown_to_everybody_but_confirmed_by_another(edge, make, admin):
    second, noor = make.actor(Role.ADMINISTRATOR), make.actor(Role.MEMBER)
    elsewhere = make.actor(Role.ADMINISTRATOR, make.unit("Another contingent"))
    given = {"account_id": noor.account_id, "at": make.now}
    edge.act(give_post, actor=admin, unit_id=make.root.id, role=Role.AUDITOR, **given)
    edge.act(invite, actor=admin, **given)

    def may(actor):
        found = edge.look(list_requests, actor=actor, at=make.now)
        return [each.may_confirm for each in found]

    def counted(actor):
        return edge.look(count_requests, actor=actor, at=make.now)

    assert (may(admin), may(second), may(elsewhere)) == ([False], [True], [])
    assert (counted(admin), counted(second), counted(elsewhere)) == (0, 1, 0)
    (request,) = edge.look(list_requests, actor=second, at=make.now)
    assert [post.role for post in request.posts] == [Role.AUDITOR]
    assert request.link is not None and len(request.asked_by) == 1


def test_what_was_asked_for_too_long_ago_waits_no_more(edge, make, admin):
    second, auditor = make.actor(Role.ADMINISTRATOR), make.actor(Role.AUDITOR)
    edge.act(invite, actor=admin, account_id=auditor.account_id, at=make.now)

    later = make.now + timedelta(hours=73)

    assert edge.look(count_requests, actor=second, at=make.now) == 1
    assert edge.look(count_requests, actor=second, at=later) == 0


@pytest.mark.parametrize("number", [99999999999999999999, 400000000000000000, -5])
def test_a_page_that_no_site_has_is_empty_or_the_first(edge, make, admin, number):
    page = edge.look(list_accounts, actor=admin, at=make.now, number=number)

    assert len(page.rows) == (1 if number < 0 else 0)
    assert not page.has_more
