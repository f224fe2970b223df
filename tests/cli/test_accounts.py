"""Accounts from the server's own command line: made with a first password, disabled for good."""

import re

import pytest
from sqlalchemy import func, select

from models.tables.accounts import Account, Post, WebSession
from models.tables.audit import AuditEvent
from models.tables.doors import Invitation
from models.vocabulary import Act, InvitationPurpose, LinkEnding, Role
from welfare.policies.passwords import matches
from welfare.services.accounts import find_account


def create(run, **changes):
    given = {
        "login": "noor",
        "given": "Noor",
        "family": "Castellane",
        "role": "clinician",
        "unit": "Contingent",
        "email": "noor@example.org",
    }
    words = [part for name, text in (given | changes).items() for part in (f"--{name}", text)]
    return run("account", "create", *words)


@pytest.fixture
def root(make):
    return make.root


def account_of(database, login="noor"):
    with database.reading() as session:
        return find_account(session, login=login)


def count(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_an_account_is_made_with_a_first_password_that_must_be_changed(run, database, root):
    done = create(run)

    account = account_of(database)
    password = re.fullmatch(r"First password of noor: (\S+)\n", done.output).group(1)
    assert done.exit_code == 0
    assert matches(account.password_hash, password)
    assert account.must_change_password
    with database.reading() as session:
        roles = set(session.scalars(select(Post.role).where(Post.account_id == account.id)))
        acts = set(session.scalars(select(AuditEvent.act)))
    assert roles == {Role.MEMBER, Role.CLINICIAN}
    assert acts == {Act.PERSON_ADDED, Act.ACCOUNT_CREATED}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"login": "no"}, "login (too_short)"),
        ({"given": " "}, "given (needed)"),
        ({"family": "x" * 81}, "family (too_long)"),
        ({"unit": "Nowhere"}, "There is no unit named 'Nowhere'"),
        ({"role": "general"}, "Invalid value for '--role'"),
        ({"email": ""}, "email (needed_for_nudges)"),
    ],
)
def test_an_account_that_cannot_be_made_is_told_and_changes_nothing(
    run, database, root, changes, said
):
    done = create(run, **changes)

    assert done.exit_code != 0
    assert said in done.output
    assert count(database, Account) == count(database, AuditEvent) == 0


def test_a_login_is_given_once_however_it_is_written(run, database, root):
    create(run)

    done = create(run, login=" NOOR ")

    assert done.exit_code == 1
    assert "login (taken)" in done.output
    assert count(database, Account) == 1


def test_a_unit_name_that_stands_for_several_is_refused(run, database, make, root):
    make.unit("Contingent", root)

    done = create(run)

    assert done.exit_code == 1
    assert "more than one unit named 'Contingent'" in done.output


def test_a_disabled_account_loses_its_sessions_and_stays_disabled(run, database, make, root):
    actor = make.actor(Role.CLINICIAN, login="noor")
    make.actor(Role.CLINIC_LEAD)
    make.web_session(actor)

    done = run("account", "disable", "--login", "Noor")

    assert (done.exit_code, done.output) == (0, "Noor can no longer sign in.\n")
    assert account_of(database).disabled_at is not None
    with database.reading() as session:
        assert session.scalars(select(WebSession.ended_at)).one() is not None
        acts = set(session.scalars(select(AuditEvent.act)))
    assert acts == {Act.ACCOUNT_DISABLED, Act.POST_ENDED}


def test_an_unknown_account_cannot_be_disabled(run, root):
    done = run("account", "disable", "--login", "nobody")

    assert done.exit_code == 1
    assert "no such unit or account" in done.output


def test_the_last_clinician_is_disabled_only_even_so(run, database, make, root):
    make.duty(make.actor(Role.CLINICIAN, login="noor"), root)

    refused = run("account", "disable", "--login", "noor")
    done = run("account", "disable", "--login", "noor", "--even-so")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "even_so (nobody_left)" in refused.output
    assert account_of(database).disabled_at is not None


def test_an_enabled_account_can_sign_in_again(run, database, make, root):
    make.actor(login="noor", disabled_at=make.now)

    done = run("account", "enable", "--login", "noor")
    again = run("account", "enable", "--login", "noor")

    assert (done.exit_code, done.output) == (0, "noor can sign in again.\n")
    assert account_of(database).disabled_at is None
    assert again.exit_code == 1 and "not allowed" in again.output


def test_accounts_of_every_contingent_can_be_worked_on(run, database, make, root):
    elsewhere = make.unit("Second contingent")
    make.actor(Role.AUDITOR, elsewhere, login="noor")

    done = run("account", "disable", "--login", "noor")

    assert done.exit_code == 0
    assert account_of(database).disabled_at is not None


def waiting_post(make, login="noor", **given):
    """Somebody whose Post a single administrator has asked for."""
    admin = make.actor(Role.ADMINISTRATOR)
    noor = make.actor(login=login, **given)
    post = make.post(noor, Role.CLINICIAN, make.root, confirmed_at=None, given_by=admin.account_id)
    return admin, noor, post


def test_the_console_is_the_second_administrator_of_a_site_with_one(run, database, make, root):
    admin, noor, post = waiting_post(make, must_change_password=True)
    link = make.invitation(noor, made_by=admin.account_id)

    done = run("account", "confirm", "--login", "noor")
    again = run("account", "confirm", "--login", "noor")

    with database.reading() as session:
        assert session.get_one(Post, post.id).confirmed_at is not None
        assert session.get_one(Invitation, link.id).closed_for is LinkEnding.WITHDRAWN
        fresh = select(Invitation.id).where(Invitation.confirmed_at.is_not(None))
        assert session.scalars(fresh).one() != link.id
    assert done.exit_code == 0 and "Confirmed for noor: 1." in done.output
    assert re.search(r"^ {4}http://\S+/en/join/\S{48}$", done.output, re.MULTILINE)
    assert again.exit_code == 1 and "Nothing waits for noor" in again.output


def test_a_member_confirmed_at_the_console_begins_anew_with_a_link(run, database, make, root):
    waiting_post(make)

    done = run("account", "confirm", "--login", "noor")

    account = account_of(database)
    assert account.must_change_password and account.used_at is not None
    assert re.search(r"^ {4}http://\S+/en/join/\S{48}$", done.output, re.MULTILINE)


def test_the_console_makes_a_link_to_a_new_password(run, database, make, root):
    make.actor(Role.AUDITOR, login="noor")

    done = run("account", "invite", "--login", "noor", "--with-factors")

    with database.reading() as session:
        (link,) = session.scalars(select(Invitation))
    assert done.exit_code == 0 and "/en/join/" in done.output
    assert link.purpose is InvitationPurpose.RESET_FACTORS and link.made_by is None
    assert run("account", "invite", "--login", "nobody").exit_code == 1


def test_nothing_is_done_for_an_account_without_anything_waiting(run, make, root):
    make.actor(login="noor")

    done = run("account", "confirm", "--login", "noor")

    assert done.exit_code == 1 and "Nothing waits" in done.output
