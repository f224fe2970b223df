"""Accounts from the server's own command line: made with a first password, disabled for good."""

import re

import pytest
from sqlalchemy import func, select

from models.tables.accounts import Account, Post, WebSession
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Role
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
    make.web_session(actor)

    done = run("account", "disable", "--login", "Noor")

    assert (done.exit_code, done.output) == (0, "Noor can no longer sign in.\n")
    assert account_of(database).disabled_at is not None
    with database.reading() as session:
        assert session.scalars(select(WebSession.ended_at)).one() is not None
        assert session.scalars(select(AuditEvent.act)).all() == [Act.ACCOUNT_DISABLED]


def test_an_unknown_account_cannot_be_disabled(run, root):
    done = run("account", "disable", "--login", "nobody")

    assert done.exit_code == 1
    assert "no such unit or account" in done.output
