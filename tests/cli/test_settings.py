"""Settings: read once, and a wrong one stops the start with its name."""

from pathlib import Path

import pytest

from welfare.config import DEFAULTS, Settings, SettingsWrong


def refused(**given):
    with pytest.raises(SettingsWrong) as wrong:
        Settings.from_environment({f"WELFARE_{name}": value for name, value in given.items()})
    return str(wrong.value)


def test_without_any_setting_the_site_is_for_this_machine_alone():
    settings = Settings.from_environment({})

    assert settings.host == "127.0.0.1"
    assert settings.plain_http is False
    assert settings.key_file.parent != Path(settings.database_url.removeprefix("sqlite:///")).parent


def test_every_setting_is_read():
    given = {
        "DATABASE_URL": "postgresql+psycopg://app@db.example/welfare",
        "KEY_FILE": "/etc/welfare/k.key",
        "MAIL": "smtp://mail.example:2525",
        "MAIL_FROM": "care@force.example",
        "SITE_NAME": "Harbour",
        "SITE_URL": "https://harbour.example/",
        "PROGRAMME": "un-contingent",
        "HOST": "0.0.0.0",  # noqa: S104 - read, not bound
        "PORT": "8443",
        "PLAIN_HTTP": "yes",
        "PROXY": "10.0.0.7",
    }
    assert given.keys() == DEFAULTS.keys()

    settings = Settings.from_environment({f"WELFARE_{name}": text for name, text in given.items()})

    assert settings.database_url == given["DATABASE_URL"]
    assert settings.key_file == Path("/etc/welfare/k.key")
    assert (settings.mail, settings.mail_from) == (given["MAIL"], given["MAIL_FROM"])
    assert (settings.site_name, settings.site_url) == ("Harbour", "https://harbour.example/")
    assert (settings.host, settings.port, settings.plain_http) == (given["HOST"], 8443, True)
    assert (settings.programme, settings.proxy) == ("un-contingent", "10.0.0.7")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "welfare.db"),
        ("DATABASE_URL", "mysql://h/d"),
        ("DATABASE_URL", "postgresql://h/d"),
        ("DATABASE_URL", "postgresql+psycopg2://h/d"),
        ("DATABASE_URL", "postgresql+psycopg://h:port/d"),
        ("DATABASE_URL", "postgresql+psycopg://h"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("KEY_FILE", ""),
        ("KEY_FILE", "  "),
        ("MAIL", ""),
        ("MAIL", "file:"),
        ("MAIL", "mail.example"),
        ("MAIL", "smtp://"),
        ("MAIL", "smtp://mail.example:often"),
        ("MAIL", "smtp://mail.example:0"),
        ("MAIL", "smtp://mail.example:99999"),
        ("MAIL", "smtp://[::1"),
        ("MAIL", "smtp://me:secret@mail.example"),
        ("MAIL", "smtp://mail.example/inbox"),
        ("MAIL", "smtps://mail.example"),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "welfare"),
        ("MAIL_FROM", "a@b\nBcc: c@d"),
        ("SITE_NAME", " "),
        ("SITE_NAME", "Two\nlines"),
        ("SITE_URL", ""),
        ("SITE_URL", "harbour.example"),
        ("PROGRAMME", ""),
        ("PROGRAMME", "no-such"),
        ("HOST", ""),
        ("PROXY", "proxy.example"),
        ("PORT", ""),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("PLAIN_HTTP", ""),
        ("PLAIN_HTTP", "true"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    said = refused(**{name: value})

    assert said.startswith(f"WELFARE_{name} ")
    assert len(said.splitlines()) == 1


def test_every_wrong_setting_is_named_at_once():
    said = refused(PORT="x", MAIL="x", PROGRAMME="x", DATABSE_URL="x", PLAIN_HTTP="x")

    assert [line.split()[0] for line in sorted(said.splitlines())] == [
        "WELFARE_DATABSE_URL",
        "WELFARE_MAIL",
        "WELFARE_PLAIN_HTTP",
        "WELFARE_PORT",
        "WELFARE_PROGRAMME",
    ]


def test_a_password_in_a_wrong_setting_is_not_repeated():
    said = refused(DATABASE_URL="mysql://me:open-sesame@h/d", MAIL="smtp://me:open-sesame@h")

    assert "open-sesame" not in said


def test_settings_of_other_programs_do_not_matter():
    Settings.from_environment({"PORT": "x", "WELFAREX": "1", "HOME": "/"})


def test_a_command_with_a_wrong_setting_says_so_and_stops(run):
    done = run("db", "check", WELFARE_PORT="often")

    assert done.exit_code == 1
    assert done.output == "Error: WELFARE_PORT must be a number from 1 to 65535.\n"
