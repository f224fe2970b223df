"""A site with something in every table, a safe, and a place to restore into."""

import pytest

from models.session import open_database
from tests.cli.backed_up import live_in, new_vault


@pytest.fixture
def vault(run, tmp_path):
    return new_vault(run, tmp_path)


@pytest.fixture
def scene(make):
    return live_in(make)


@pytest.fixture
def new_site(tmp_path):
    """The settings of an empty place to restore into."""
    return {"WELFARE_DATABASE_URL": f"sqlite:///{tmp_path / 'new' / 'site.db'}"}


@pytest.fixture
def look(keys):
    """Open a restored site."""
    opened = []

    def at(settings):
        opened.append(open_database(settings["WELFARE_DATABASE_URL"], keys))
        return opened[-1]

    yield at
    for each in opened:
        each.engine.dispose()
