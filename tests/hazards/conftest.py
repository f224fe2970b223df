"""The edge around services, on both databases."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from models.session import Database
from tests.services.edge import Edge
from welfare.policies import passwords


@pytest.fixture
def edge(watched: Database) -> Iterator[Edge]:
    opened = Edge(watched)
    yield opened
    opened.mend()


@pytest.fixture
def quick_password(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kept password, hashed by the same algorithm at its lowest cost."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody has this"))
    return cheap.hash("a quiet river bend")
