"""An administrator of a contingent with a company, who brings in rosters."""

import pytest

from models import vault
from models.enrolment import SERVICE_NUMBER, person_numbered
from models.tables.people import Identity, Person
from models.vocabulary import Role
from tests.roster_files import csv_of, deployed, somebody
from welfare.services import roster_undo, rosters

PROGRAMME = "un-contingent"


class Clerk:
    """Brings in rows as a file, and looks people up by their number."""

    def __init__(self, edge, make, actor):
        self.edge, self.make, self.actor = edge, make, actor

    def look(self, *rows, new_missions=True, **more):
        given = {"actor": self.actor, "content": csv_of(*rows), "at": self.make.now} | more
        return self.edge.look(rosters.look_at_file, new_missions=new_missions, **given)

    def apply(self, *rows, **more):
        found = self.look(*rows, **more)
        given = {"actor": self.actor, "content": csv_of(*rows), "at": self.make.now} | more
        return self.edge.act(
            rosters.apply_file,
            new_missions=True,
            seen=found.seen,
            programme=PROGRAMME,
            **given,
        )

    def undo(self, roster, **more):
        given = {"actor": self.actor, "import_id": roster.id, "at": self.make.now} | more
        return self.edge.act(roster_undo.undo_import, **given)

    def person(self, number):
        """Person, identity and facts, opened; None if nobody has the number."""
        with self.edge.database.reading() as session:
            person = person_numbered(session, number)
            if person is None:
                return None
            key = vault.key_for(session, person_id=person.id)
            identity = session.get_one(Identity, person.id)
            return (
                person,
                vault.opened(key, identity, "content"),
                vault.opened(key, person, "facts"),
            )

    def number_of(self, person):
        with self.edge.database.reading() as session:
            key = vault.key_for(session, person_id=person.id)
            identity = session.get_one(Identity, person.id)
            return vault.opened(key, identity, "content")[SERVICE_NUMBER]

    def row_of(self, person):
        """The row that says of a person or an actor exactly what is known."""
        with self.edge.database.reading() as session:
            stored = session.get_one(Person, person.person_id)
            key = vault.key_for(session, person_id=stored.id)
            identity = vault.opened(key, session.get_one(Identity, stored.id), "content")
            facts = vault.opened(key, stored, "facts")
            return {**identity, **facts, "unit": stored.unit.name}


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def company(make):
    return make.unit("1st Company", make.root)


@pytest.fixture
def clerk(edge, make, admin, company):
    return Clerk(edge, make, admin)


@pytest.fixture
def applied(clerk):
    """Two new people, on lines 2 and 3."""
    return clerk.apply(somebody("SN-1"), deployed("SN-2"))


def staying(undoing):
    return list(undoing.staying)
