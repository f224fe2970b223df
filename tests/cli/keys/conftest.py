"""People whose keys are wrapped, the identity in the safe, and a first escrow copy."""

import pytest

from tests.cli.keys.rings import PEOPLE
from welfare.gateways import offline_seal


@pytest.fixture
def people(make):
    return [make.person() for _ in range(PEOPLE)]


@pytest.fixture
def identity(tmp_path):
    """What lies in the safe."""
    secret = offline_seal.new_identity()
    path = tmp_path / "identity.txt"
    path.write_text(f"# public key: {secret.to_public()}\n{secret}\n")
    return path, str(secret.to_public())


@pytest.fixture
def copy(run, people, identity, tmp_path):
    """A copy of the keys as they were at the beginning."""
    out = tmp_path / "copy.age"
    assert run("keys", "escrow", "create", out, "--to", identity[1]).exit_code == 0
    return out
