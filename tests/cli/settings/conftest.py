"""A file with a secret in it."""

import pytest


@pytest.fixture
def secret(tmp_path):
    """A file that holds one secret, readable by its owner only."""
    path = tmp_path / "secret"
    path.write_text("open-sesame\n")
    path.chmod(0o600)
    return path
