"""`analytics release` from the outside: what it says, and how it stops on wrong settings."""

from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from analytics.__main__ import main
from analytics.commands.release import release
from models.sealing import make_key_file
from models.session import mark_site, open_database, snapshot, transaction
from models.tables.audit import Site
from models.tables.releases import Release
from models.vocabulary import Measure
from tests.analytics.force import Force
from welfare.config import DEFAULTS

SHARED = ("DATABASE_URL", "KEY_FILE", "PROGRAMME")
PERIOD = ["--from", "2026-01-01", "--until", "2026-06-30"]


@pytest.fixture
def site(database, tmp_path):
    """The test database under a key file that the command can read."""
    keys = make_key_file(tmp_path / "command" / "keys.json")
    url = database.engine.url.render_as_string(hide_password=False)
    own = open_database(url, keys)
    with transaction(own) as session:
        session.execute(Site.__table__.delete())
        mark_site(session)
        force = Force(session)
        unit = force.unit("0001", name="Battalion")
        for person in force.people(unit, 35):
            force.screening(person, unit, day=date(2026, 3, 1), phq_9=0)
    yield (
        own,
        {"WELFARE_DATABASE_URL": url, "WELFARE_KEY_FILE": str(tmp_path / "command/keys.json")},
    )
    own.engine.dispose()


def run(*arguments, env):
    return CliRunner().invoke(main, ["release", *arguments], env=env)


def test_the_command_releases_once_and_says_what_it_did(site):
    database, env = site

    first = run(*PERIOD, env=env)
    second = run(*PERIOD, env=env)

    assert first.exit_code == second.exit_code == 0, first.output + second.output
    for measure in Measure:
        assert f"Battalion, {measure}: 2026-01-01 to 2026-06-30 computed, 1 rows" in first.output
    assert "released already; nothing has changed" in second.output
    with snapshot(database) as session:
        assert len(session.scalars(select(Release)).all()) == len(Measure)


def test_without_dates_it_takes_a_closed_half_year(site):
    database, env = site

    said = run(env=env)

    assert said.exit_code == 0, said.output
    with snapshot(database) as session:
        kept, *_ = session.scalars(select(Release)).all()
    assert (kept.period_from.day, kept.period_from.month % 6) == (1, 1)
    assert (kept.period_until - kept.period_from).days in (180, 181, 183)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2026-01-01"], "belong together"),
        (["--from", "2026-01-01", "--until", "2999-06-30"], "not over yet"),
        (["--from", "2026-06-30", "--until", "2026-01-01"], "must end after it starts"),
        (["--from", "yesterday", "--until", "2026-01-01"], "does not match the format"),
    ],
)
def test_a_wrong_period_is_named_and_nothing_is_released(site, arguments, said):
    database, env = site

    refused = run(*arguments, env=env)

    assert refused.exit_code != 0
    assert said in refused.output
    with snapshot(database) as session:
        assert session.scalars(select(Release)).first() is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"WELFARE_KEY_FILE": "/nowhere/keys.json"}, "no key file"),
        ({"WELFARE_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "WELFARE_DATABASE_URL"),
        ({"WELFARE_DATABASE_URL": "sqlite://"}, "welfare db upgrade"),
        ({"WELFARE_DATABASE_URL": "no address"}, "WELFARE_DATABASE_URL"),
        ({"WELFARE_DATABASE_URL": "postgresql://host:port/x"}, "WELFARE_DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_named(site, change, said):
    _, env = site

    refused = run(*PERIOD, env=env | change)

    assert refused.exit_code != 0
    assert said in refused.output
    assert "Traceback" not in refused.output


def test_the_settings_have_the_same_defaults_as_in_the_other_building():
    shared = {option.envvar: option.default for option in release.params if option.envvar}

    assert shared == {f"WELFARE_{name}": DEFAULTS[name] for name in SHARED}


def test_the_address_and_the_password_may_stand_in_files(site, tmp_path):
    _database, env = site
    address = tmp_path / "address"
    address.write_text(env["WELFARE_DATABASE_URL"] + "\n")
    address.chmod(0o600)
    kept = {"WELFARE_KEY_FILE": env["WELFARE_KEY_FILE"], "WELFARE_DATABASE_URL_FILE": str(address)}

    released = run(*PERIOD, env={**kept, "WELFARE_DATABASE_URL": None})

    assert released.exit_code == 0, released.output


@pytest.mark.parametrize("name", ["WELFARE_DATABASE_URL_FILE", "WELFARE_DATABASE_PASSWORD_FILE"])
def test_a_secret_that_others_may_read_stops_the_command_and_is_not_shown(name, site, tmp_path):
    _database, env = site
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    secret.chmod(0o644)

    stopped = run(*PERIOD, env={**env, "WELFARE_DATABASE_URL": None, name: str(secret)})

    assert stopped.exit_code == 1
    assert name in stopped.output
    assert "a secret" not in stopped.output
