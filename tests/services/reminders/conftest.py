"""Somebody who is asked, and a link to it."""

from dataclasses import dataclass
from typing import Any

import pytest

from models import vault
from models.tables.people import Identity, Person
from models.tables.reminders import WindowLink
from models.tables.screenings import Window
from welfare.policies.window_links import token_for


@dataclass
class Scene:
    """A person with an open window, a link to it, and what they know."""

    person: Person
    window: Window
    link: WindowLink
    token: str
    facts: dict[str, str]


def identity_of(database: Any, person_id: Any) -> dict[str, Any]:
    with database.reading() as session:
        key = vault.key_for(session, person_id=person_id)
        return dict(vault.opened(key, session.get_one(Identity, person_id), "content"))


def change_identity(make: Any, person_id: Any, **changed: Any) -> None:
    with make.kept() as session:
        key = vault.key_for(session, person_id=person_id)
        stored = session.get_one(Identity, person_id)
        content = {**vault.opened(key, stored, "content"), **changed}
        stored.content = vault.sealed(key, stored, "content", content, size=2048)


@pytest.fixture
def scene(make):
    return new_scene(make)


def new_scene(make, **given):
    person = given.pop("person", None) or make.person()
    window = make.window(person.id, **given.pop("window", {}))
    link = make.window_link(window, **given)
    number = identity_of(make.database, person.id)["service_number"]
    return Scene(
        person,
        window,
        link,
        token_for(make.database.keys, link.id),
        {"service_number": number[-4:], "birth_year": "1990"},
    )
