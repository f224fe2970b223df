"""Secrets among the settings: in files of their own, given once, and never repeated."""

import pytest
from sqlalchemy import make_url

from tests.cli.settings.reading import read, refused
from welfare.config import SECRETS, Settings, SettingsWrong
from welfare.gateways.offline_seal import new_identity


def test_a_secret_is_not_in_what_is_shown_of_the_settings():
    settings = read(
        DATABASE_URL="postgresql+psycopg://app:open-sesame@db.example/welfare",
        MAIL="smtps://post@mail.example",
        MAIL_PASSWORD="open-sesame",
    )

    assert "open-sesame" not in repr(settings)


@pytest.mark.parametrize("around", ["{}", " {}", "age1abc,{}"])
@pytest.mark.parametrize("case", [str, str.lower])
def test_the_secret_half_of_a_pair_for_backups_is_told_from_a_misspelt_key(around, case):
    secret = str(new_identity())

    said = refused(BACKUP_TO=around.format(case(secret)))

    assert said.startswith("WELFARE_BACKUP_TO is the secret half of a pair")
    assert secret.casefold() not in said.casefold()


def test_a_password_in_a_wrong_setting_is_not_repeated():
    said = refused(DATABASE_URL="mysql://me:open-sesame@h/d", MAIL="smtp://me:open-sesame@h")

    assert "open-sesame" not in said


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file_of_its_own(secret, name):
    rest = {
        "DATABASE_URL": {},
        "DATABASE_PASSWORD": {"DATABASE_URL": "postgresql+psycopg://app@db/welfare"},
        "MAIL_PASSWORD": {"MAIL": "smtps://post@mail.example"},
        "ALARM_WEBHOOK": {},
        "NUDGE_WEBHOOK": {},
        "WEBHOOK_SECRET": {"ALARM_WEBHOOK": "https://alarms.example/"},
    }[name]
    if name == "DATABASE_URL":
        secret.write_text("sqlite:///open-sesame\n")
    if name.endswith("_WEBHOOK"):
        secret.write_text("https://alarms.example/open-sesame\n")

    settings = read(**{f"{name}_FILE": str(secret)}, **rest)

    secrets = (settings.database_url, settings.mail_password, settings.webhook_secret)
    assert "open-sesame" in "".join((*secrets, settings.alarm_webhook, settings.nudge_webhook))
    assert "open-sesame" not in repr(settings)


def test_a_password_with_signs_of_an_address_arrives_whole(secret):
    secret.write_text("p@ss:w/rd#%41?\n")

    settings = read(
        DATABASE_URL="postgresql+psycopg://app@db:5433/welfare", DATABASE_PASSWORD_FILE=str(secret)
    )

    assert make_url(settings.database_url).password == "p@ss:w/rd#%41?"
    assert make_url(settings.database_url).host == "db"


def test_a_secret_given_twice_is_refused(secret):
    said = refused(
        MAIL="smtps://post@mail.example",
        MAIL_PASSWORD="another",
        MAIL_PASSWORD_FILE=str(secret),
    )

    assert (
        said == "WELFARE_MAIL_PASSWORD and WELFARE_MAIL_PASSWORD_FILE are both set. Keep one "
        "of them."
    )


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o602, 0o620])
def test_a_secret_file_that_others_may_use_is_refused(secret, mode):
    secret.chmod(mode)

    said = refused(DATABASE_URL_FILE=str(secret))

    assert (
        said == "WELFARE_DATABASE_URL_FILE names a file that others may read. Run chmod 600 on it."
    )


def test_what_systemd_hands_over_may_carry_group_bits_but_nothing_for_everybody(secret):
    secret.write_text("sqlite:///here.db")
    given = {
        "CREDENTIALS_DIRECTORY": str(secret.parent),
        "WELFARE_DATABASE_URL_FILE": str(secret),
    }
    secret.chmod(0o440)
    assert Settings.from_environment(given).database_url == "sqlite:///here.db"

    secret.chmod(0o444)

    with pytest.raises(SettingsWrong, match="others may read"):
        Settings.from_environment(given)


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_secret_file_is_named(tmp_path, name):
    said = refused(**{f"{name}_FILE": str(tmp_path / "nowhere")})

    assert f"WELFARE_{name}_FILE names a file that is not there." in said.splitlines()


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"two\nlines open-sesame", b"\xff\xfe open-sesame"]
)
def test_a_secret_file_with_something_else_in_it_is_refused_without_repeating_it(secret, content):
    secret.write_bytes(content)

    said = refused(DATABASE_URL_FILE=str(secret))

    assert said.startswith("WELFARE_DATABASE_URL_FILE names a file that ")
    assert "open-sesame" not in said


def test_a_folder_is_no_secret_file(tmp_path):
    assert "is not there" in refused(DATABASE_URL_FILE=str(tmp_path))


def test_only_a_secret_may_be_given_by_file(secret):
    assert refused(PORT_FILE=str(secret)) == "WELFARE_PORT_FILE is not a setting of this program."


def test_a_mail_user_without_a_password_is_told():
    said = refused(MAIL="smtp+starttls://post@mail.example")

    assert said == "WELFARE_MAIL_PASSWORD is missing: WELFARE_MAIL names a user."


def test_two_passwords_for_one_database_are_refused():
    said = refused(
        DATABASE_URL="postgresql+psycopg://app:one-word@db/welfare", DATABASE_PASSWORD="another"
    )

    assert said.startswith("WELFARE_DATABASE_PASSWORD is set, but WELFARE_DATABASE_URL holds a")
    assert "one-word" not in said
