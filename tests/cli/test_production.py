"""What `serve` refuses where real people's records are kept, and what it only warns of."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from models.base import new_key
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Decision
from welfare.cli.preflight import must_be_in_time, must_be_servable
from welfare.config import Settings, Verdict, findings

GOOD = {
    "DATABASE_URL": "postgresql+psycopg://app:uGh4-tQz9-Lm2k-8vxC@db.example/welfare",
    "MAIL": "smtp+starttls://post@mail.example",
    "MAIL_PASSWORD": "another long and random word",
    "MAIL_FROM": "welfare@force.example",
    "SITE_URL": "https://welfare.force.example/",
}
SERVER = "postgresql+psycopg://{}@db.example/records"


def judged(**given):
    settings = Settings.from_environment(
        {f"WELFARE_{name}": text for name, text in (GOOD | given).items()}
    )
    return {found.name: found.verdict for found in findings(settings)}


def test_good_settings_are_neither_refused_nor_warned_of():
    assert judged() == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAIN_HTTP", "yes"),
        ("SITE_URL", "http://welfare.force.example/"),
        ("SITE_URL", "https://localhost/"),
        ("SITE_URL", "https://127.0.0.1:8443/"),
        ("SITE_URL", "https://[::1]/"),
        ("SITE_URL", "https://site.localhost/"),
    ],
)
def test_what_would_let_others_read_along_is_refused(name, value):
    assert judged(**{name: value}) == {name: Verdict.REFUSED}


@pytest.mark.parametrize(
    "user",
    [
        "app",
        "app:",
        "app:app",
        "app:postgres",
        "app:password",
        "app:Password123!",
        "app:welfare2026!!",
        "app:records",
        "app:records12345",
        "app:changeme12345",
        "app:aaaaaaaaaaaaaaaa",
        "app:123456789012345",
        "app:short-9Xq",
        "longusername:longusername",
        "longusername:LongUserName77",
    ],
)
def test_a_database_password_that_can_be_guessed_is_refused(user):
    assert judged(DATABASE_URL=SERVER.format(user)) == {"DATABASE_PASSWORD": Verdict.REFUSED}


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg:///welfare",
        "postgresql+psycopg://app@/welfare?host=/run/postgresql",
        "sqlite:////srv/welfare/data/welfare.db",
    ],
)
def test_a_database_that_no_network_reaches_needs_no_password(address):
    assert judged(DATABASE_URL=address) == {}


def test_a_password_of_its_own_counts_as_the_databases_password():
    address = SERVER.format("app")

    assert judged(DATABASE_URL=address, DATABASE_PASSWORD="uGh4-tQz9-Lm2k-8vxC") == {}
    assert judged(DATABASE_URL=address, DATABASE_PASSWORD="secret") == {
        "DATABASE_PASSWORD": Verdict.REFUSED
    }


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"MAIL": "file:outbox", "MAIL_PASSWORD": ""}, "MAIL"),
        ({"MAIL": "smtp://mail.example", "MAIL_PASSWORD": ""}, "MAIL"),
        ({"MAIL_FROM": "welfare@localhost"}, "MAIL_FROM"),
        ({"HOST": "0.0.0.0"}, "HOST"),  # noqa: S104 - judged, not bound
        ({"HOST": "::"}, "HOST"),
        ({"METRICS_PORT": "0"}, "METRICS_PORT"),
    ],
)
def test_what_is_only_unwise_is_a_warning(given, name):
    assert judged(**given) == {name: Verdict.WARNING}


@pytest.mark.parametrize(
    "given",
    [
        {"MAIL": "smtp://localhost", "MAIL_PASSWORD": ""},
        {"HOST": "0.0.0.0", "PROXY": "10.0.0.7"},  # noqa: S104 - judged, not bound
    ],
)
def test_what_is_wise_after_all_is_no_warning(given):
    assert judged(**given) == {}


def test_on_trial_everything_goes_and_is_marked_as_a_trial():
    weak = {"PLAIN_HTTP": "yes", "SITE_URL": "http://127.0.0.1:8000/"}

    assert judged(ENVIRONMENT="trial", **weak) == {"ENVIRONMENT": Verdict.WARNING}


def test_no_finding_repeats_a_secret():
    weak = Settings.from_environment(
        {f"WELFARE_{name}": text for name, text in GOOD.items()}
        | {"WELFARE_DATABASE_URL": SERVER.format("app:hunter2")}
    )

    assert "hunter2" not in "".join(found.words for found in findings(weak))


def test_serve_names_everything_that_production_refuses_and_how_to_try_things_out(run, make):
    _ = make.root

    done = run("serve", WELFARE_ENVIRONMENT="production", WELFARE_PLAIN_HTTP="yes")

    assert done.exit_code == 1
    assert "WELFARE_PLAIN_HTTP: Cookies would travel without TLS." in done.output
    assert "WELFARE_SITE_URL: It must begin with https://" in done.output
    assert "WELFARE_ENVIRONMENT=trial allows this for trying out" in done.output


def test_what_is_unwise_is_written_into_the_log(caplog):
    settings = Settings.from_environment({f"WELFARE_{key}": text for key, text in GOOD.items()})
    must_be_servable(settings)
    assert caplog.messages == []
    unwise = Settings.from_environment({"WELFARE_ENVIRONMENT": "trial"})

    with caplog.at_level(logging.WARNING):
        must_be_servable(unwise)

    assert caplog.messages[0].startswith("WELFARE_ENVIRONMENT: A trial")


@pytest.fixture
def from_the_future(make):
    """The trail has an entry that is not due yet."""

    def write(ahead):
        with make.kept() as session:
            session.add(
                AuditEvent(
                    at=datetime.now(UTC) + ahead,
                    act=Act.SITE_READ,
                    decision=Decision.ALLOWED,
                    request_id=new_key(),
                )
            )

    return write


def test_serve_refuses_a_clock_that_is_far_behind_the_trail(run, make, from_the_future):
    _ = make.root
    from_the_future(timedelta(hours=3))

    done = run("serve")

    assert done.exit_code == 1
    assert "more than an hour behind the newest entry of the trail" in done.output
    assert "add --clock-is-right" in done.output


def test_a_clock_that_was_wrong_before_does_not_lock_the_site_for_good(
    database, from_the_future, caplog
):
    from_the_future(timedelta(hours=3))

    with caplog.at_level(logging.WARNING):
        must_be_in_time(database, clock_is_right=True)

    assert caplog.messages == [
        "the clock is more than an hour behind the newest entry of the trail"
    ]


def test_a_clock_that_is_a_little_behind_is_written_into_the_log(database, from_the_future, caplog):
    from_the_future(timedelta(minutes=10))

    with caplog.at_level(logging.WARNING):
        must_be_in_time(database, clock_is_right=False)

    assert caplog.messages == ["the clock is behind the newest entry of the trail: set it right"]
