"""An empty database, opened."""

from pathlib import Path

import pytest

from models.session import open_database
from tests.empty_sites import empty_url as empty_url


@pytest.fixture
def empty(empty_url, keys):
    opened = open_database(empty_url, keys)
    if opened.engine.dialect.name == "sqlite":
        Path(opened.engine.url.database).parent.mkdir()
    yield opened
    opened.engine.dispose()
