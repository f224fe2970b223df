"""What tests of whole pages share: the edge around services, to look behind the pages."""

import pytest

from models.session import Database
from tests.services.edge import Edge


@pytest.fixture
def edge(database: Database) -> Edge:
    return Edge(database)
