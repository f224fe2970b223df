"""What is shipped for running the program: it names only what there is, and holds no secret."""

import configparser
import re
from pathlib import Path

import pytest
import yaml

from tests.architecture.code import ROOT
from welfare.app import main
from welfare.config import DEFAULTS, FILE_SUFFIX, PREFIX, SECRETS
from welfare.web.guard import PUBLIC, need_of

DEPLOY = ROOT / "deploy"
GUIDE = ROOT / "docs" / "operators.md"
UNITS = sorted((DEPLOY / "systemd").glob("*.service")) + sorted(
    (DEPLOY / "systemd").glob("*.timer")
)
SHIPPED = sorted(path for path in DEPLOY.rglob("*") if path.is_file()) + [GUIDE]
KNOWN = {*DEFAULTS, *(name + FILE_SUFFIX for name in SECRETS), "VERSION"}
NAMED = re.compile(rf"\b{PREFIX}([A-Z][A-Z_]*[A-Z])\b")
# A list of things that make a unit hard to break out of.
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "RestrictSUIDSGID": "yes",
    "UMask": "0077",
    "LimitCORE": "0",
    "User": "welfare",
}


def unit(path):
    """The sections of a unit; a key that stands more than once keeps its last value."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(path)
    return parser


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    assert set(NAMED.findall(path.read_text())) <= KNOWN


def test_the_guide_has_a_row_for_every_setting_with_its_default():
    text = GUIDE.read_text()
    table = text[text.index("## Settings") : text.index("**Refused in production**")]

    for name, default in DEFAULTS.items():
        assert f"`{name}`" in table, name
        assert not default or f"`{default}`" in table, (name, default)


def test_every_secret_is_marked_as_one_in_the_guide():
    assert set(re.findall(r"`(\w+)` \(secret\)", GUIDE.read_text())) == set(SECRETS)


def test_every_command_that_the_guide_names_exists():
    named = set(re.findall(r"`welfare ([a-z]+)(?: ([a-z]+))?", GUIDE.read_text()))

    for group, command in named:
        found = main.commands[group]
        assert not command or not hasattr(found, "commands") or command in found.commands


def test_the_guide_can_be_read_in_one_sitting():
    assert len(GUIDE.read_text().splitlines()) <= 250


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_can_be_read_and_says_what_it_is_for(path):
    read = unit(path)

    assert path.read_text().startswith("# ")
    assert read["Unit"]["Description"].startswith("Welfare: ")


@pytest.mark.parametrize(
    "path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name
)
def test_every_service_is_hardened_and_calls_a_command_that_exists(path):
    service = unit(path)["Service"]

    assert {key: service[key] for key in HARDENED} == HARDENED
    program, first, *_ = service["ExecStart"].split()
    assert Path(program).name == "welfare"
    assert first in main.commands


def test_the_proxys_logs_hold_no_address_no_page_and_no_query():
    text = (DEPLOY / "nginx" / "welfare.conf").read_text()

    (form,) = re.findall(r"log_format welfare '([^']*)'", text)
    assert set(re.findall(r"\$\w+", form)) == {
        "$time_iso8601",
        "$request_method",
        "$status",
        "$body_bytes_sent",
        "$request_time",
    }
    assert set(re.findall(r"access_log ([^;]*);", text)) == {
        "off",
        "/var/log/nginx/welfare.log welfare",
    }
    assert set(re.findall(r"error_log ([^;]*);", text)) == {"stderr emerg"}


def test_the_proxy_hands_on_one_address_and_keeps_answers_off_its_disk():
    text = (DEPLOY / "nginx" / "welfare.conf").read_text()

    assert re.findall(r"X-Forwarded-For ([^;]*);", text) == ["$remote_addr"]
    assert "client_body_buffer_size 1m;" in text
    assert "client_max_body_size 1m;" in text
    assert "proxy_max_temp_file_size 0;" in text
    assert "gzip off;" in text
    assert text.count("limit_req zone=") == 2


def test_every_page_where_a_stranger_can_try_something_has_the_narrow_limit(app):
    text = (DEPLOY / "nginx" / "welfare.conf").read_text()
    (narrow,) = re.findall(r"location ~ (\S+) \{\s*limit_req zone=welfare_sign_in", text)

    tried = {
        rule.rule: re.search(narrow, "/en" + rule.rule.partition(">")[2])
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and is_tried(rule, app.view_functions[rule.endpoint])
    }

    assert [rule for rule, found in tried.items() if found is None] == []
    assert len(tried) > 8
    assert re.search(narrow, "/fr/join/a-token-in-a-link")
    assert not re.search(narrow, "/en/joint")


def is_tried(rule, view):
    """Open to strangers, or where a secret is shown again."""
    return need_of(view) == PUBLIC or rule.endpoint.startswith("confirm.")


def test_the_containers_are_the_program_a_database_and_a_proxy(compose):
    assert set(compose["services"]) == {"app", "database", "proxy"}
    assert [name for name, each in compose["services"].items() if "ports" in each] == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True
    assert set(compose["services"]["database"]["networks"]) == {"inside"}


def test_the_program_believes_the_address_that_its_proxy_has(compose):
    proxy = compose["services"]["proxy"]["networks"]["inside"]["ipv4_address"]

    assert compose["services"]["app"]["environment"]["WELFARE_PROXY"] == proxy
    shared = set(compose["services"]["app"]["networks"]) & set(
        compose["services"]["proxy"]["networks"]
    )
    assert shared == {"inside"}  # on another network the proxy would have another address


def test_secrets_reach_the_containers_as_files(compose):
    for service in ("app", "database"):
        environment = compose["services"][service]["environment"]
        secret = {name for name in environment if "PASSWORD" in name}
        assert secret
        assert all(name.endswith("_FILE") for name in secret)
        for name in secret:
            assert Path(environment[name]).name in compose["secrets"]


def test_the_programs_container_cannot_change_itself(compose):
    app = compose["services"]["app"]

    assert app["read_only"] is True
    assert app["cap_drop"] == ["ALL"]
    assert "/healthz" in app["healthcheck"]["test"][-1]
    assert app["environment"]["WELFARE_ENVIRONMENT"] == "production"


def test_every_file_that_the_containers_mount_is_there_or_is_the_operators(compose):
    folder = DEPLOY / "compose"
    given = {"./tls", "./secrets/database_password", "./secrets/mail_password"}
    named = {each["file"] for each in compose["secrets"].values()}
    for service in compose["services"].values():
        sources = {str(each).split(":")[0] for each in service.get("volumes", [])}
        named |= {each for each in sources if each.startswith(".")}

    assert {each for each in named - given if not (folder / each).is_file()} == set()


def test_the_image_installs_only_what_is_pinned_with_a_hash_and_does_not_run_as_root():
    text = (DEPLOY / "Dockerfile").read_text()

    assert "--require-hashes -r requirements.lock" in text
    assert "--no-deps --no-build-isolation" in text
    assert text.rindex("\nUSER welfare\n") > text.rindex("FROM ")
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / each).exists() for each in source.split())


def test_no_secret_is_shipped():
    for path in SHIPPED:
        text = path.read_text()
        assert not re.search(r"(?i)password\s*[:=]\s*['\"]?[\w-]{6,}$", text, re.MULTILINE), path
        assert "AGE-SECRET-KEY" not in text
        assert "PRIVATE KEY" not in text
