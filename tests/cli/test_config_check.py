"""`welfare config check`: every setting with its source and a verdict, and what really works."""

import pytest
from sqlalchemy import func, select

from models.base import Base
from models.session import transaction
from tests.cli.test_opening import downgrade
from welfare.config import DEFAULTS, SECRETS


@pytest.fixture
def check(run, make):
    _ = make.root

    def checked(**settings):
        given = {f"WELFARE_{name}": text for name, text in settings.items()}
        return run("config", "check", **given)

    return checked


def line(done, beginning):
    return next(each for each in done.output.splitlines() if each.startswith(beginning + " "))


def test_a_site_in_order_passes(check):
    done = check()

    assert done.exit_code == 0, done.output
    assert "well" in line(done, "database")
    assert "fits the database" in done.output
    assert "takes letters" in line(done, "mail server")
    assert "can be written" in line(done, "folder")


def test_every_setting_is_listed_with_its_source(check):
    done = check(SITE_NAME="Harbour")

    for name in DEFAULTS:
        line(done, f"WELFARE_{name}")
    assert line(done, "WELFARE_SITE_NAME").endswith("Harbour (environment)")
    assert line(done, "WELFARE_PORT").endswith("8000 (default)")
    assert "trial" in line(done, "WELFARE_ENVIRONMENT")


def test_a_secret_is_shown_as_set_and_nothing_more(check, tmp_path):
    secret = tmp_path / "mail-password"
    secret.write_text("open-sesame")
    secret.chmod(0o600)

    done = check(
        MAIL="smtps://post@127.0.0.1:1",
        MAIL_PASSWORD_FILE=str(secret),
        DATABASE_URL="postgresql+psycopg://x:open-sesame@127.0.0.1:1/x",
    )

    assert "open-sesame" not in done.output
    assert f"set (file {secret})" in line(done, "WELFARE_MAIL_PASSWORD")
    for name in SECRETS:
        assert line(done, f"WELFARE_{name}").split()[2] in ("set", "not")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL", "smtps://post:open-sesame@mail.example"),
        ("MAIL", "smtp://open-sesame@mail.example"),
        ("BACKUP_TO", "AGE-SECRET-KEY-1OPEN-SESAME"),
        ("SITE_URL", "https://ada:open-sesame@harbour.example/"),
        ("SITE_URL", "https://open-sesame@harbour.example/"),
        ("MAIL_PASSWORD_FILE", "open-sesame"),
        ("PORT", "open-sesame"),
        ("PROXY", "open-sesame"),
        ("PROGRAMME", "open-sesame"),
    ],
)
def test_the_value_of_a_refused_setting_is_never_shown(check, name, value):
    done = check(**{name: value})

    shown = line(done, f"WELFARE_{name.removesuffix('_FILE')}")
    assert done.exit_code == 1
    assert "refused" in shown
    assert "open-sesame" not in done.output.casefold()


def test_what_production_refuses_is_not_shown_either(check):
    done = check(ENVIRONMENT="production", SITE_URL="http://open-sesame.example/")

    assert "refused" in line(done, "WELFARE_SITE_URL")
    assert "open-sesame" not in done.output


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("MAIL", "smtps://open-sesame@127.0.0.1:1", "smtps://…@127.0.0.1:1"),
        ("HOST", "http://ada:open@sesame@0.0.0.0", "http://…@0.0.0.0"),
        ("BACKUP_DIR", "sftp://ada:open-sesame@h/b", "sftp://…@h/b"),
    ],
)
def test_who_stands_in_an_address_is_never_shown(check, name, value, shown):
    done = check(**{name: value}, **({"MAIL_PASSWORD": "x"} if name == "MAIL" else {}))

    assert f"{shown} (environment)" in line(done, f"WELFARE_{name}")
    assert "sesame" not in done.output


def test_settings_that_cannot_be_read_are_all_named_and_nothing_is_tried(check):
    done = check(PORT="often", PROXY="somewhere", PORTT="1")

    assert done.exit_code == 1
    assert "refused" in line(done, "WELFARE_PORT")
    assert "WELFARE_PORT must be a number" in done.output
    assert "refused" in line(done, "WELFARE_PROXY")
    assert "WELFARE_PORTT is not a setting of this program." in done.output
    assert "The settings cannot be used." in done.output
    assert "mail server" not in done.output


def test_what_production_refuses_is_refused_here_too(check):
    done = check(ENVIRONMENT="production", PLAIN_HTTP="yes")

    assert done.exit_code == 1
    assert "refused" in line(done, "WELFARE_PLAIN_HTTP")
    assert "Some settings are refused in production." in done.output


def test_a_mail_server_that_does_not_greet_is_told(check):
    done = check(MAIL="smtp://127.0.0.1:1")

    assert done.exit_code == 1
    assert "does not greet" in line(done, "mail server")


def test_a_missing_key_file_is_told(check, key_file):
    key_file.unlink()

    done = check()

    assert done.exit_code == 1
    assert "There is no key file" in line(done, "key file")


def test_a_missing_database_is_told_and_none_is_made(check, tmp_path):
    absent = tmp_path / "elsewhere" / "welfare.db"
    absent.parent.mkdir()

    done = check(DATABASE_URL=f"sqlite:///{absent}")

    assert done.exit_code == 1
    assert "welfare setup" in line(done, "database")
    assert not absent.exists()


def test_a_database_server_that_is_away_is_told(check):
    done = check(DATABASE_URL="postgresql+psycopg://x@127.0.0.1:1/x")

    assert done.exit_code == 1
    assert "cannot be reached" in line(done, "database")


def test_an_older_database_is_told(check, database):
    downgrade(database)

    done = check()

    assert done.exit_code == 1
    assert "welfare upgrade" in line(done, "schema")


def test_a_folder_that_cannot_be_written_is_told(check, database_url, tmp_path):
    if database_url.startswith("postgresql"):
        assert "can be written" in check().output
        return

    done = check(DATABASE_URL=f"sqlite:///{tmp_path / 'gone' / 'welfare.db'}")

    assert "cannot be written" in line(done, "folder")


def test_checking_changes_nothing(check, database):
    before = rows(database)

    check()

    assert rows(database) == before


def rows(database):
    with transaction(database) as session:
        connection = session.connection()
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar()
            for table in Base.metadata.sorted_tables
        }
