"""Accounts and Posts: who may sign in, as what, and what may never be held together."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import vault
from models.session import transaction
from models.tables.accounts import Account, Post, WebSession
from models.tables.people import Identity, Person
from models.tables.places import Unit
from models.vocabulary import Act, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.services.accounts import (
    create_account,
    disable_account,
    found_site,
    give_post,
)

WHO = {
    "given": "Noor",
    "family": "Castellane",
    "service_number": "SN-77",
    "email": "noor@example.org",
}
READING = (Role.CLINICIAN, Role.CLINIC_LEAD, Role.PRIVACY_OFFICER)


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
    assert made.account.must_change_password and len(made.password) == 19
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


def test_disabling_ends_every_session_at_once(edge, asked, make, admin):
    actor = make.actor(Role.CLINICIAN, login="noor")
    make.web_session(actor)
    make.web_session(actor)

    edge.act(disable_account, actor=admin, login="noor", at=make.now)

    (account,) = edge.rows(Account, Account.id == actor.account_id)
    assert account.disabled_at == make.now
    assert {each.ended_at for each in edge.rows(WebSession)} == {make.now}
    assert edge.acts() == {Act.ACCOUNT_DISABLED: 1}


def test_an_account_of_another_contingent_cannot_be_disabled(edge, make, admin):
    make.actor(Role.CLINICIAN, make.unit("Another contingent"), login="noor")

    with pytest.raises(AccessDenied):
        edge.act(disable_account, actor=admin, login="noor", at=make.now)
    with pytest.raises(RecordNotFound):
        edge.act(disable_account, actor=admin, login="nobody", at=make.now)


def over(make, place):
    """Units in the four ways two Posts can lie to each other."""
    company = make.unit("A Company", make.root)
    return {
        "same": (company, company),
        "below": (company, make.unit("Platoon", company)),
        "above": (make.unit("Platoon", company), company),
        "beside": (company, make.unit("B Company", make.root)),
    }[place]


@pytest.mark.parametrize("place", ["same", "below", "above", "beside"])
@pytest.mark.parametrize(
    ("first", "second"),
    [(Role.COMMANDER, role) for role in READING] + [(role, Role.COMMANDER) for role in READING],
)
def test_command_and_care_over_the_same_people_never_meet_in_one_person(
    edge, make, admin, first, second, place
):
    held, wanted = over(make, place)
    make.actor(first, held, login="noor")
    asked = {"actor": admin, "login": "noor", "unit_id": wanted.id, "role": second}

    if place == "beside":
        assert edge.act(give_post, **asked, at=make.now).role is second
        return
    with pytest.raises(InputRefused) as refused:
        edge.act(give_post, **asked, at=make.now)
    assert refused.value.problems == {"role": "forbidden_pair"}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_other_pairs_are_possible_and_recorded(edge, make, admin, role):
    make.actor(Role.COMMANDER, login="noor")

    edge.act(give_post, actor=admin, login="noor", unit_id=make.root.id, role=role, at=make.now)

    assert edge.acts() == {Act.POST_GIVEN: 1}


def test_an_ended_post_forbids_nothing(edge, make, admin):
    actor = make.actor(Role.MEMBER, login="noor")
    make.post(actor, Role.COMMANDER, make.root, until_day=TODAY - timedelta(days=1))

    post = edge.act(
        give_post,
        actor=admin,
        login="noor",
        unit_id=make.root.id,
        role=Role.CLINICIAN,
        at=make.now,
    )

    assert post.role is Role.CLINICIAN


def test_nobody_gives_a_role_to_themselves(edge, make):
    admin = make.actor(Role.ADMINISTRATOR, login="boss")

    with pytest.raises(InputRefused) as refused:
        edge.act(
            give_post,
            actor=admin,
            login="boss",
            unit_id=make.root.id,
            role=Role.CLINICIAN,
            at=make.now,
        )

    assert refused.value.problems == {"role": "not_yourself"}


def test_a_site_is_founded_once(edge):
    """The template of every test carries the mark of a site, so this one is taken already."""
    with pytest.raises(MoveNotAllowed):
        edge.act(found_site, unit_name="Contingent", login="boss", details=WHO, at=None)

    assert edge.count(Unit) == edge.count(Account) == 0


def test_the_database_refuses_a_second_account_for_a_person(watched, make, asked):
    first = make.actor(login="somebody")

    with pytest.raises(Exception, match=r"(?i)unique"), transaction(watched) as session:
        create_account(session, **asked | {"person_id": first.person_id})
