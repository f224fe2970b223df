"""The edge around services, on both databases; and hashing as cheap as argon2id can be."""

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


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm at its lowest cost; the real cost is tested beside the policy."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody has this"))
