"""Accounts: made, disabled and enabled, and what each of it ends."""

from uuid import uuid4

import pytest

from models import vault
from models.session import transaction
from models.tables.accounts import Account, Post, WebSession
from models.tables.doors import Invitation
from models.tables.people import Identity, Person
from models.tables.places import Unit
from models.vocabulary import Act, LinkEnding, PostEnding, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.services.accounts import (
    create_account,
    disable_account,
    enable_account,
    found_site,
)
from welfare.services.invitations import invite

WHO = {
    "given": "Noor",
    "family": "Castellane",
    "service_number": "SN-77",
    "email": "noor@example.org",
}
OTHER = {"given": "Ada", "family": "Marrow", "email": "ada@example.org"}


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def asked(make, admin):
    return {
        "actor": admin,
        "unit_id": make.root.id,
        "role": Role.CLINICIAN,
        "login": "noor",
        "details": WHO,
        "at": make.now,
    }


def test_a_new_account_is_a_member_too_and_must_choose_a_password(edge, asked):
    made = edge.act(create_account, **asked)

    posts = edge.rows(Post, Post.account_id == made.account.id)
    assert {post.role for post in posts} == {Role.MEMBER, Role.CLINICIAN}
    assert made.account.must_change_password
    assert edge.acts() == {Act.PERSON_ADDED: 1, Act.ACCOUNT_CREATED: 1}


def test_what_is_known_of_the_person_is_sealed(edge, asked):
    details = WHO | {"sex": "female", "birth_year": "1990", "language": "en", "rank_band": "nco"}
    made = edge.act(create_account, **asked | {"details": details})

    with edge.database.reading() as session:
        person = session.get_one(Person, made.account.person_id)
        key = vault.key_for(session, person_id=person.id)
        identity = vault.opened(key, session.get_one(Identity, person.id), "content")
        facts = vault.opened(key, person, "facts")
    assert identity == WHO
    assert facts == {"sex": "female", "birth_year": 1990, "language": "en", "rank_band": "nco"}


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"role": "general"}, {"role": "choose"}),
        ({"login": "ab"}, {"login": "too_short"}),
        (
            {"details": {}},
            {"given": "needed", "family": "needed", "email": "needed_for_nudges"},
        ),
        ({"details": WHO | {"email": " "}}, {"email": "needed_for_nudges"}),
        ({"details": WHO | {"email": "noor@"}}, {"email": "not_an_address"}),
        ({"details": WHO | {"given": "g" * 81}}, {"given": "too_long"}),
        ({"details": WHO | {"birth_year": "soon"}}, {"birth_year": "not_a_year"}),
        ({"details": WHO | {"birth_year": "1066"}}, {"birth_year": "not_a_year"}),
        ({"login": "TAKEN "}, {"login": "taken"}),
        ({"details": WHO | {"service_number": "sn-1"}}, {"service_number": "taken"}),
    ],
)
def test_an_account_that_cannot_be_made_names_its_fields(edge, asked, wrong, problems):
    edge.act(
        create_account,
        **asked | {"login": "taken", "details": WHO | {"service_number": "SN-1"}},
    )
    before = edge.counts()

    with pytest.raises(InputRefused) as refused:
        edge.act(create_account, **asked | wrong)

    assert refused.value.problems == problems
    assert edge.counts() == before


def test_accounts_are_made_only_in_own_units_by_administrators(edge, asked, make):
    elsewhere = make.unit("Another contingent")

    for wrong, error in (
        ({"unit_id": elsewhere.id}, AccessDenied),
        ({"actor": make.actor(Role.CLINIC_LEAD)}, AccessDenied),
        ({"unit_id": uuid4()}, RecordNotFound),
    ):
        with pytest.raises(error):
            edge.act(create_account, **asked | wrong)


def test_nobody_is_shown_a_password_but_at_the_console(edge, asked, make):
    by_page = edge.act(create_account, **asked)
    by_console = edge.act(
        create_account,
        **asked | {"actor": console(make.root.path), "login": "ada", "details": OTHER},
    )

    assert by_page.password == ""
    assert len(by_console.password) == 19
    assert by_page.account.must_change_password and by_console.account.must_change_password


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MEMBER}))
def test_every_post_but_a_members_waits_for_a_second_administrator(edge, asked, role, admin):
    made = edge.act(create_account, **asked | {"role": role})

    held = {post.role: post for post in edge.rows(Post, Post.account_id == made.account.id)}
    assert held[role].confirmed_at is None and held[role].given_by == admin.account_id
    assert held[Role.MEMBER].confirmed_at is not None


def test_a_post_made_at_the_console_counts_at_once(edge, asked, make):
    made = edge.act(create_account, **asked | {"actor": console(make.root.path)})

    posts = edge.rows(Post, Post.account_id == made.account.id)
    assert all(post.confirmed_at == make.now and post.given_by is None for post in posts)


def test_disabling_ends_every_session_and_every_link_at_once(edge, make, admin):
    actor = make.actor(Role.CLINICIAN)
    make.actor(Role.CLINIC_LEAD)
    make.web_session(actor)
    make.web_session(actor)
    edge.act(invite, actor=admin, account_id=actor.account_id, at=make.now)

    edge.act(disable_account, actor=admin, account_id=actor.account_id, at=make.now)

    (account,) = edge.rows(Account, Account.id == actor.account_id)
    (link,) = edge.rows(Invitation)
    (post,) = edge.rows(Post, Post.account_id == actor.account_id)
    assert account.disabled_at == make.now
    assert {each.ended_at for each in edge.rows(WebSession)} == {make.now}
    assert (link.revoked_at, link.closed_for) == (make.now, LinkEnding.DISABLED)
    assert not post.is_held(make.now.date()) and post.closed_for is PostEnding.DISABLED
    assert edge.acts()[Act.ACCOUNT_DISABLED] == edge.acts()[Act.POST_ENDED] == 1


def test_disabling_and_enabling_are_refused_to_strangers_to_oneself_and_twice(edge, make, admin):
    theirs = make.actor(Role.CLINICIAN, make.unit("Another contingent"))
    above = make.actor(Role.MEMBER, make.unit("A Company", make.root))
    make.post(above, Role.AUDITOR, make.root)
    below = make.actor(Role.ADMINISTRATOR, make.unit("B Company", make.root))
    member, gone = make.actor(), make.actor(disabled_at=make.now)

    for service, actor, account_id, error in (
        (disable_account, admin, theirs.account_id, AccessDenied),
        (disable_account, below, above.account_id, AccessDenied),
        (disable_account, make.actor(Role.CLINIC_LEAD), member.account_id, AccessDenied),
        (disable_account, admin, uuid4(), RecordNotFound),
        (disable_account, admin, admin.account_id, InputRefused),
        (disable_account, admin, gone.account_id, MoveNotAllowed),
        (enable_account, admin, member.account_id, MoveNotAllowed),
        (enable_account, admin, admin.account_id, InputRefused),
        (enable_account, admin, theirs.account_id, AccessDenied),
    ):
        with pytest.raises(error):
            edge.act(service, actor=actor, account_id=account_id, at=make.now)


def test_an_enabled_account_is_a_members_and_its_duties_are_given_anew(edge, make, admin):
    actor = make.actor(Role.PRIVACY_OFFICER)
    make.post(actor, Role.MEMBER, make.root)
    edge.act(disable_account, actor=admin, account_id=actor.account_id, at=make.now)

    edge.act(enable_account, actor=admin, account_id=actor.account_id, at=make.now)

    (account,) = edge.rows(Account, Account.id == actor.account_id)
    held = [post.role for post in edge.rows(Post, Post.account_id == account.id) if open_(post)]
    assert account.disabled_at is None
    assert held == [Role.MEMBER]


def open_(post):
    return post.is_held(TODAY)


def test_a_site_is_founded_once(edge):
    """The template of every test carries the mark of a site, so this one is taken already."""
    with pytest.raises(MoveNotAllowed):
        edge.act(found_site, unit_name="Contingent", login="boss", details=WHO, at=None)

    assert edge.count(Unit) == edge.count(Account) == 0


def test_the_database_refuses_a_second_account_for_a_person(watched, make, asked):
    first = make.actor(login="somebody")

    with pytest.raises(Exception, match=r"(?i)unique"), transaction(watched) as session:
        create_account(session, **asked | {"person_id": first.person_id})
