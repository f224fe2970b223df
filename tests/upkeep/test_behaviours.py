"""What people see while something is wrong: our own page, and nothing acknowledged that is lost."""

import pytest
from sqlalchemy import select, text

from models.session import open_database
from models.tables.places import Unit
from models.vocabulary import Role
from welfare.app import create_app

OUR_FAULT = "Something went wrong on our side"
AWAY = ("sqlite:////nowhere/at/all.db", "postgresql+psycopg://x@127.0.0.1:1/x")


@pytest.fixture(params=AWAY)
def stranded(request, settings, keys):
    """A browser with a session, on a site whose database is away."""
    database = open_database(request.param, keys)
    client = create_app(settings, database).test_client()
    client.set_cookie("welfare", "a token that nobody can look up now")
    yield client
    database.engine.dispose()


@pytest.mark.parametrize("path", ["/", "/en/sign-in", "/en/work-list", "/en/site/"])
def test_while_the_database_is_away_every_page_is_our_own(stranded, path):
    answer = stranded.get(path)

    assert answer.status_code == 503
    assert "Nothing of what you entered was sent" in answer.text


def test_a_form_that_could_not_be_kept_is_never_acknowledged(make, visit, database):
    """A trail that takes no entries, as on a read-only database: the act is not done either."""
    visitor = visit(make.actor(Role.ADMINISTRATOR))
    form = {"name": "Somewhere", "parent_id": make.root.id, "csrf_token": visitor.token()}
    rename(database, "audit_event", "audit_event_gone")

    answer = visitor.client.post("/en/site/units/new", data=form)

    rename(database, "audit_event_gone", "audit_event")
    assert answer.status_code == 500
    assert OUR_FAULT in answer.text
    with database.reading() as session:
        assert session.scalars(select(Unit.name)).all() == ["Contingent"]


def rename(database, old, new):
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
