"""What drills of backups share: which database, and whether a place stayed empty."""

import pytest
from sqlalchemy import inspect

from models.session import open_database

# The files are the same whatever they are of; what differs is into what they are restored.
OF_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KIBI = 1024


def is_empty(url, keys):
    site = open_database(url, keys)
    with site.engine.connect() as connection:
        names = inspect(connection).get_table_names()
    site.engine.dispose()
    return names == []
