"""On one machine: what is typed by hand has the settings and secrets that the services have."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.deploy.test_deploy import DEPLOY, GUIDE, UNITS, unit
from welfare.app import main
from welfare.gateways.offline_seal import new_identity

ADMIN = DEPLOY / "systemd" / "welfare-admin"
EXAMPLE = DEPLOY / "systemd" / "welfare.env.example"
SERVICES = [path for path in UNITS if path.suffix == ".service"]
# Other ways by which a service could be given what a command by hand is not.
ELSEWHERE = {
    "Environment",
    "PassEnvironment",
    "LoadCredential",
    "SetCredential",
    "ImportCredential",
}
PLACES = ("/etc/welfare", "/var/lib/welfare-keys", "/var/lib/welfare-backups", "/var/lib/welfare")
NOBODY = "127.0.0.1:1"  # instead of a server somewhere else
SETUP = (
    *("setup", "--unit", "Contingent", "--login", "ada"),
    *("--given", "Ada", "--family", "Marrow"),
)


@pytest.fixture
def properties():
    return dict(re.findall(r"--property=(\w+)=(\S+)", ADMIN.read_text()))


@pytest.fixture
def machine(tmp_path):
    """The settings of the example with its folders below another root, secrets written."""
    text = EXAMPLE.read_text().replace("mail.example.org:587", NOBODY)
    for place in PLACES:
        text = re.sub(rf"{place}(?=/)|{place}$", f"{tmp_path}{place}", text, flags=re.MULTILINE)
    given = dict(line.split("=", 1) for line in text.splitlines() if re.match(r"\w", line))
    for name in given:
        if name.endswith("_FILE") and "KEY" not in name:
            secret = Path(given[name])
            secret.parent.mkdir(parents=True, exist_ok=True)
            secret.write_text("a word for the mail server\n")
            secret.chmod(0o600)
    for folder in ("var/lib/welfare", "var/lib/welfare-keys", "var/lib/welfare-backups"):
        (tmp_path / folder).mkdir(parents=True, mode=0o700)
    return given


def typed(*words, env):
    return CliRunner().invoke(main, words, env=env)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_command_by_hand_is_given_all_that_a_service_is_given(path, properties):
    service = unit(path)["Service"]

    for name in ("EnvironmentFile", "WorkingDirectory", "UMask"):
        assert properties[name] == service[name]
    assert f"--uid={service['User']} --gid={service['Group']}" in ADMIN.read_text()
    assert service["ExecStart"].split()[0] in ADMIN.read_text()
    assert ELSEWHERE.isdisjoint(service)
    assert not list(path.parent.glob("*.conf"))


def test_words_reach_the_program_as_they_were_typed(tmp_path):
    stand_in = tmp_path / "systemd-run"
    stand_in.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n')
    stand_in.chmod(0o700)

    done = subprocess.run(  # noqa: S603 - our own file
        [ADMIN, "account", "create", "--unit", "A Company", "--given", "$HOME"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )

    words = done.stdout.splitlines()
    assert all(word.startswith("--") for word in words[:-7])
    assert words[-7:] == [
        "/opt/welfare/venv/bin/welfare",
        *("account", "create", "--unit", "A Company", "--given", "$HOME"),
    ]


def test_it_can_be_run_and_the_guide_says_where_to_put_it():
    assert ADMIN.stat().st_mode & stat.S_IXUSR
    assert "deploy/systemd/welfare-admin /usr/local/sbin/" in GUIDE.read_text()


def test_with_the_example_settings_a_site_is_set_up_looked_at_upgraded_and_backed_up(machine):
    done = typed(*SETUP, env=machine)
    assert done.exit_code == 0, done.output

    looked = typed("config", "check", env=machine).output
    backed_up = typed(
        "backup", "create", env=machine | {"WELFARE_BACKUP_TO": str(new_identity().to_public())}
    )
    upgraded = typed("upgrade", env=machine)

    assert re.findall(r"^WELFARE_\w+ +refused", looked, re.MULTILINE) == []
    assert re.findall(r"^(?!WELFARE)(\S.*?) +failed", looked, re.MULTILINE) == ["mail server"]
    assert (backed_up.exit_code, upgraded.exit_code) == (0, 0), backed_up.output + upgraded.output


def test_what_the_example_leaves_out_can_be_taken_in_as_it_stands(machine, tmp_path):
    """The lines for PostgreSQL are real settings behind their mark."""
    text = EXAMPLE.read_text().replace("db.example.org:5432", NOBODY)
    hidden = dict(re.findall(r"^# (WELFARE_\w+)=(\S+)$", text, re.MULTILINE))
    secret = tmp_path / "database-password"
    secret.write_text("uGh4-tQz9-Lm2k-8vxC\n")
    secret.chmod(0o600)
    assert hidden.pop("WELFARE_DATABASE_PASSWORD_FILE").startswith("/etc/welfare/secrets/")

    looked = typed(
        *("config", "check"),
        env=machine | hidden | {"WELFARE_DATABASE_PASSWORD_FILE": str(secret)},
    ).output

    assert "refused" not in looked
    assert f"set (file {secret})" in looked
