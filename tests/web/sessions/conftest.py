"""Hashing as cheap as argon2id can be, and a site with a name."""

import pytest
from argon2 import PasswordHasher

from welfare.config import Settings
from welfare.policies import passwords

# The cases stand in files that are no tests by name; a failed one shall show its values too.
for room in ("cookies", "endings", "held_forms", "risky_steps", "second_factors", "tokens"):
    pytest.register_assert_rewrite(f"tests.web.sessions.{room}")


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch):
    """The same algorithm at its lowest cost."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody has this"))


@pytest.fixture
def settings():
    return Settings.from_environment(
        {"WELFARE_PLAIN_HTTP": "yes", "WELFARE_SITE_URL": "http://localhost/"}
    )
