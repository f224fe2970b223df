"""Checks that were answered, under programmes that ask for an interview or do not."""

from datetime import date, timedelta
from typing import Any

from models import vault
from models.base import new_key
from models.instruments.payload import unpack
from models.instruments.summary import add_results
from models.programmes import Interview, load, shelf
from models.tables.people import Person
from models.tables.programmes import SiteProgramme
from models.tables.screenings import Screening, Window
from tests.factories import CALM, TODAY, Factory

# Above a cut-point, and nothing in it that a human must see at once.
POSITIVE = {**CALM, "gad-2": {"1": 3, "2": 3}}
ALWAYS = "canada/1"
NEVER = load("un-contingent").name


def own_programme(make: Factory, interview: Interview) -> str:
    """A programme of the site's own that differs in this alone."""
    text = (shelf.PRESETS / "un-contingent.toml").read_text(encoding="utf-8")
    newest = load("un-contingent")
    text = text.replace('code = "un-contingent"', f'code = "own-{interview.value}"')
    text = text.replace(
        f'version = "{newest.version}"', f'version = "1"\ninterview = "{interview.value}"'
    )
    with make.kept() as session:
        kept = SiteProgramme(id=new_key(), code=f"own-{interview.value}", version="1", text=text)
        kept.made_at = kept.confirmed_at = make.now
        session.add(kept)
    return f"own-{interview.value}/1"


def answered(
    make: Factory,
    person: Person,
    answers: Any = CALM,
    *,
    programme: str = NEVER,
    day: date = TODAY,
) -> Screening:
    """A check that this person answered on this day, with the summary as it then is."""
    opens = day - timedelta(days=5)
    window = make.window(person.id, programme=programme, opens_on=opens)
    screening = make.screening(person, answers, day=day)
    with make.kept() as session:
        session.get_one(Screening, screening.id).window_id = window.id
        owner = session.get_one(Person, person.id)
        key = vault.key_for(session, person_id=person.id)
        payload = unpack(vault.opened(key, screening, "payload"))
        earlier = vault.opened(key, owner, "summary")
        results = add_results(earlier, payload, day=day, phase=screening.phase)
        owner.summary = vault.sealed(key, owner, "summary", results, size=2048)
    return screening


def window_of(make: Factory, screening: Screening) -> Window:
    with make.database.reading() as session:
        stored = session.get_one(Screening, screening.id)
        return session.get_one(Window, stored.window_id)
