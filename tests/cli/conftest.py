"""Commands as an operator types them: settings in the environment, the key in a file."""

import pytest
from click.testing import CliRunner

from models.sealing.key_file import keep_ring
from tests.empty_sites import empty_url as empty_url
from welfare.app import main


@pytest.fixture
def key_file(keys, tmp_path):
    """The file of the keys with which the database fixtures are sealed."""
    path = tmp_path / "keys" / "welfare.key"
    keep_ring(path, keys.ring)
    return path


@pytest.fixture
def env(database_url, key_file, tmp_path):
    """The settings of a site that is set up."""
    return {
        "WELFARE_ENVIRONMENT": "trial",
        "WELFARE_DATABASE_URL": database_url,
        "WELFARE_KEY_FILE": str(key_file),
        "WELFARE_MAIL": f"file:{tmp_path / 'outbox'}",
    }


@pytest.fixture
def new_env(empty_url, tmp_path):
    """The settings of a site that is not there yet."""
    return {
        "WELFARE_ENVIRONMENT": "trial",
        "WELFARE_DATABASE_URL": empty_url,
        "WELFARE_KEY_FILE": str(tmp_path / "keys" / "new.key"),
        "WELFARE_MAIL": f"file:{tmp_path / 'outbox'}",
    }


@pytest.fixture
def run(env):
    """Type a command on a site that is set up."""
    return typist(env)


@pytest.fixture
def run_new(new_env):
    """Type a command where there is no site yet."""
    return typist(new_env)


def typist(env):
    """Anything that is not a sentence for the operator fails the test."""

    def typed(*words, stdin=None, **settings):
        said = [str(word) for word in words]
        done = CliRunner().invoke(main, said, input=stdin, env=env | settings)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return typed
