"""Of which version a database is, compared with the migrations that this program brings."""

from enum import StrEnum
from importlib.util import find_spec
from itertools import takewhile

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from models.session import Database


class Shape(StrEnum):
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def alembic_config() -> Config:
    """Where the migrations are, wherever the program is installed."""
    config = Config()
    place = find_spec("migrations")  # by name: the building must not lean on its history
    folders = list(place.submodule_search_locations or ()) if place else []
    config.set_main_option("script_location", folders[0])
    return config


def shape_of(database: Database) -> Shape:
    """An empty database is an older one. One that names a step we do not know is newer."""
    there = _heads(database)
    known = {script.revision for script in _scripts().walk_revisions()}
    if not there <= known:
        return Shape.NEWER
    return Shape.CURRENT if there == set(_scripts().get_heads()) else Shape.OLDER


def schema_is_current(database: Database) -> bool:
    return shape_of(database) is Shape.CURRENT


def steps_to_take(database: Database) -> list[Script]:
    """The migrations that are still to be run, first one first."""
    there = _heads(database)
    from_the_newest = _scripts().walk_revisions()  # there is one line, see the tests
    steps = takewhile(lambda script: script.revision not in there, from_the_newest)
    return list(steps)[::-1]


def _heads(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())
