"""Settings: read once, and a wrong one stops the start with its name."""

from pathlib import Path

import pytest

from tests.cli.settings.reading import read, refused
from welfare.config import DEFAULTS, LogForm, Settings


def test_without_any_setting_the_site_is_for_this_machine_alone():
    settings = Settings.from_environment({})

    assert settings.host == "127.0.0.1"
    assert settings.plain_http is False
    assert settings.key_file.parent != Path(settings.database_url.removeprefix("sqlite:///")).parent


def test_every_setting_is_read():
    given = {
        "ENVIRONMENT": "trial",
        "DATABASE_URL": "postgresql+psycopg://app@db.example/welfare",
        "DATABASE_PASSWORD": "",
        "KEY_FILE": "/etc/welfare/k.key",
        "MAIL": "smtp+starttls://post@mail.example:2525",
        "MAIL_PASSWORD": "open-sesame",
        "MAIL_FROM": "care@force.example",
        "ALARM_WEBHOOK": "https://alarms.example/in?key=1",
        "NUDGE_WEBHOOK": "http://127.0.0.1:8080/text",
        "WEBHOOK_SECRET": "signed",
        "SITE_NAME": "Harbour",
        "SITE_URL": "https://harbour.example/",
        "LANGUAGES": "ar, en",
        "PROGRAMME": "un-contingent",
        "HOST": "0.0.0.0",  # noqa: S104 - read, not bound
        "PORT": "8443",
        "METRICS_PORT": "9200",
        "PLAIN_HTTP": "yes",
        "PROXY": "10.0.0.7",
        "BACKUP_DIR": "/srv/backups",
        "BACKUP_TO": "",
        "BACKUP_KEYS_DAYS": "14",
        "LOG": "json",
    }
    assert given.keys() == DEFAULTS.keys()

    settings = read(**given)

    assert settings.is_production is False
    assert settings.database_url == given["DATABASE_URL"]
    assert settings.key_file == Path("/etc/welfare/k.key")
    assert (settings.mail, settings.mail_from) == (given["MAIL"], given["MAIL_FROM"])
    assert settings.mail_password == "open-sesame"
    assert settings.alarm_webhook == given["ALARM_WEBHOOK"]
    assert (settings.nudge_webhook, settings.webhook_secret) == (given["NUDGE_WEBHOOK"], "signed")
    assert (settings.site_name, settings.site_url) == ("Harbour", "https://harbour.example/")
    assert (settings.host, settings.port, settings.plain_http) == (given["HOST"], 8443, True)
    assert settings.languages == ("ar", "en")
    assert (settings.programme, settings.proxy) == ("un-contingent", "10.0.0.7")
    assert (settings.metrics_port, settings.log) == (9200, LogForm.JSON)


def test_in_production_somebody_can_watch_and_machines_can_read_the_log():
    production, trial = read(), read(ENVIRONMENT="trial")

    assert (production.metrics_port, production.log) == (9108, LogForm.JSON)
    assert (trial.metrics_port, trial.log) == (0, LogForm.TEXT)


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
        ("MAIL", "smtp://me@mail.example"),
        ("MAIL", "smtps://me:secret@mail.example"),
        ("MAIL", "smtps://@mail.example"),
        ("MAIL", "smtps://mail.example?x=1"),
        ("MAIL", "imap://mail.example"),
        ("MAIL_PASSWORD", "open-sesame"),
        ("DATABASE_PASSWORD", "open-sesame"),
        ("ALARM_WEBHOOK", "alarms.example"),
        ("ALARM_WEBHOOK", "http://alarms.example/"),
        ("ALARM_WEBHOOK", "http://localhost.example/"),
        ("ALARM_WEBHOOK", "https://"),
        ("ALARM_WEBHOOK", "https://me:open-sesame@alarms.example/"),
        ("ALARM_WEBHOOK", "https://alarms.example/#key"),
        ("ALARM_WEBHOOK", "https://alarms.example/a b"),
        ("ALARM_WEBHOOK", "https://alarms.example:often/"),
        ("NUDGE_WEBHOOK", "ftp://texts.example/"),
        ("WEBHOOK_SECRET", "open-sesame"),
        ("ENVIRONMENT", "test"),
        ("LOG", "xml"),
        ("METRICS_PORT", "8000"),
        ("METRICS_PORT", "often"),
        ("METRICS_PORT", "65536"),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "welfare"),
        ("MAIL_FROM", "a@b\nBcc: c@d"),
        ("SITE_NAME", " "),
        ("SITE_NAME", "Two\nlines"),
        ("SITE_URL", ""),
        ("SITE_URL", "harbour.example"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://[::1"),
        ("SITE_URL", "https://harbour.example:often/"),
        ("SITE_URL", "https://ada:secret@harbour.example/"),
        ("SITE_URL", "https://ada@harbour.example/"),
        ("SITE_URL", "https://@harbour.example/"),
        ("SITE_URL", "https://harbour.example/?key=secret"),
        ("SITE_URL", "https://harbour.example/#key"),
        ("BACKUP_TO", "age1"),
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


def test_settings_of_other_programs_do_not_matter():
    Settings.from_environment({"PORT": "x", "WELFAREX": "1", "HOME": "/"})


def test_a_command_with_a_wrong_setting_says_so_and_stops(run):
    done = run("db", "check", WELFARE_PORT="often")

    assert done.exit_code == 1
    assert done.output == "Error: WELFARE_PORT must be a number from 1 to 65535.\n"
