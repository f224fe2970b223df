"""The demo from its files to a released figure, by the commands of both programs."""

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import create_engine, func, select, text

from models import vault
from models.sealing import FileKeys
from models.session import open_database
from models.tables.accounts import Account, Post
from models.tables.consents import Consent
from models.tables.doors import TotpSecret
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.places import Unit
from models.tables.plans import Appointment, Plan
from models.tables.referrals import Referral
from models.tables.releases import Release, ReleaseApproval
from models.tables.screenings import Screening
from models.vocabulary import LetterKind, Measure, ReleaseDecision, Role
from tests.cli.conftest import typist
from welfare.policies.passwords import matches
from welfare.services.accounts import find_account

PEOPLE = 60
LOGINS = {"clinician", "lead", "privacy", "commander", "admin", "auditor", "welfare", "member"}


def analytics(*words, env=None):
    """The other building, in a process of its own: the two never meet in one."""
    command = [
        sys.executable,
        "-c",
        "from analytics.__main__ import main; main()",
        *map(str, words),
    ]
    done = subprocess.run(  # noqa: S603 - our own program
        command, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def force(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "force"
    today = datetime.now(UTC).date()
    analytics("simulate", "--people", PEOPLE, "--as-of", today, "--out", folder)
    return folder


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def demo_env(request, tmp_path_factory):
    """Settings of the demo's own site, one for all tests that only look at it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "data").mkdir()
    url = f"sqlite:///{folder / 'data' / 'welfare.db'}"
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres")
        server = create_engine(address("postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE demo_site"))
        server.dispose()
        url = address("demo_site")
    return {
        "WELFARE_DATABASE_URL": url,
        "WELFARE_KEY_FILE": str(folder / "keys" / "welfare.key"),
        "WELFARE_MAIL": f"file:{folder / 'outbox'}",
        "SIGN_INS": str(folder / "sign-ins.txt"),
    }


@pytest.fixture(scope="module")
def demo(demo_env, force):
    """Loaded, released and approved, as `make demo` does it; then the opened database."""
    run, sign_ins = typist(demo_env), Path(demo_env["SIGN_INS"])
    sign_ins.write_text("an older file that others could read")
    sign_ins.chmod(0o644)
    loaded = run("demo", "load", force, "--sign-ins", sign_ins)
    assert loaded.exit_code == 0, loaded.output
    assert "waiting for approval" in analytics("release", env=demo_env)
    approved = run("demo", "approve")
    assert approved.exit_code == 0, approved.output
    database = open_database(
        demo_env["WELFARE_DATABASE_URL"], FileKeys.read(Path(demo_env["WELFARE_KEY_FILE"]))
    )
    yield database
    database.engine.dispose()


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_everybody_and_every_screening_of_the_force_is_there(demo, force):
    lines = (force / "screenings.jsonl").read_text().splitlines()

    with demo.reading() as session:
        people, screenings = count(session, Person), count(session, Screening)

    assert screenings == len(lines) > PEOPLE
    assert people == PEOPLE + 8  # seven with duties, and the operator at the console


def test_every_figure_is_computed_once_and_approved_by_both(demo, demo_env):
    with demo.reading() as session:
        codes = {each.id: each.code for each in session.scalars(select(Release))}
        decided = [
            (codes[each.release_id], each.role, each.decision)
            for each in session.scalars(select(ReleaseApproval))
        ]

    assert sorted(codes.values()) == sorted(Measure)
    assert sorted(decided) == sorted(
        (measure, role, ReleaseDecision.APPROVED)
        for measure in Measure
        for role in (Role.PRIVACY_OFFICER, Role.CLINIC_LEAD)
    )
    assert "computed" not in analytics("release", env=demo_env)


def test_every_role_has_a_sign_in_written_for_its_owner_only(demo, demo_env):
    path = Path(demo_env["SIGN_INS"])
    lines = [line.split() for line in path.read_text().splitlines()]
    given = {login: password for login, password, *_key in lines}

    with demo.reading() as session:
        roles = set(session.scalars(select(Post.role)))
        hashes = {login: find_account(session, login=login).password_hash for login in given}

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(given) == LOGINS
    assert all(matches(hashes[login], password) for login, password in given.items())
    assert roles == set(Role)


def test_everybody_but_the_member_has_an_app_whose_codes_the_demo_prints(demo, demo_env):
    lines = [line.split() for line in Path(demo_env["SIGN_INS"]).read_text().splitlines()]
    keys = {login: rest[0] for login, _password, *rest in lines if rest}

    for login, key in keys.items():
        before = pyotp.TOTP(key).now()
        done = typist(demo_env)("demo", "code", login, "--sign-ins", demo_env["SIGN_INS"])
        assert done.output.strip() in {before, pyotp.TOTP(key).now()}

    assert set(keys) == LOGINS - {"member"}
    with demo.reading() as session:
        apps = session.scalars(select(TotpSecret)).all()
        assert {each.confirmed_at is not None for each in apps} == {True}
        opened = set(vault.opened_all(session, rows=apps, column="secret"))
    assert opened == set(keys.values())


@pytest.mark.parametrize("login", ["member", "somebody"])
def test_whoever_needs_no_code_gets_none(demo, demo_env, login):
    done = typist(demo_env)("demo", "code", login, "--sign-ins", demo_env["SIGN_INS"])

    assert done.exit_code == 1
    assert "Codes are needed by: clinician, lead" in done.output


def test_no_command_tells_a_code_on_a_site_that_is_not_the_demos(run, tmp_path):
    done = run("demo", "code", "clinician", "--sign-ins", tmp_path / "none.txt")

    assert done.exit_code == 1
    assert "not made by the demo" in done.output


def test_fresh_critical_answers_of_the_force_have_a_letter_each(demo, force):
    fresh = str(datetime.now(UTC).date() - timedelta(days=30))
    screenings = map(json.loads, (force / "screenings.jsonl").read_text().splitlines())
    critical = [
        each
        for each in screenings
        if each["day"] >= fresh and (each["responses"].get("phq-9", {}).get("9") or 0) >= 1
    ]

    with demo.reading() as session:
        nudges = session.query(Letter).filter_by(kind=LetterKind.NUDGE).count()
        assert nudges == len(critical)


def test_two_people_who_agreed_are_referred_one_of_them_to_a_colleague(demo):
    with demo.reading() as session:
        referrals = session.query(Referral).all()
        agreed = {each.person_id for each in session.query(Consent)}
        letters = session.query(Letter).filter_by(kind=LetterKind.TASK).count()

    assert sorted(each.is_outside for each in referrals) == [False, True]
    assert {each.person_id for each in referrals} == agreed
    assert letters == 1


def test_a_second_load_is_refused_and_changes_nothing(demo, demo_env, force, tmp_path):
    with demo.reading() as session:
        before = [count(session, table) for table in (Person, Account, Screening, Letter)]

    done = typist(demo_env)("demo", "load", force, "--sign-ins", tmp_path / "s.txt")

    assert done.exit_code == 1
    assert "set up already; nothing was loaded" in done.output
    assert not (tmp_path / "s.txt").exists()
    with demo.reading() as session:
        after = [count(session, table) for table in (Person, Account, Screening, Letter)]
    assert after == before


@pytest.mark.parametrize("name", ["units.csv", "memberships.csv", "screenings.jsonl"])
def test_a_force_with_a_missing_file_leaves_nothing_behind(run_new, new_env, force, tmp_path, name):
    part, sign_ins = tmp_path / "part", tmp_path / "s.txt"
    part.mkdir()
    for file in force.iterdir():
        if file.name != name and file.is_file():
            (part / file.name).write_bytes(file.read_bytes())

    done = run_new("demo", "load", part, "--sign-ins", sign_ins)

    assert done.exit_code == 1
    assert f"{name} is missing or cannot be read" in done.output
    assert not sign_ins.exists()
    keys = FileKeys.read(Path(new_env["WELFARE_KEY_FILE"]))
    database = open_database(new_env["WELFARE_DATABASE_URL"], keys)
    with database.reading() as session:
        assert count(session, Unit) == count(session, Person) == 0
    database.engine.dispose()


def test_approving_on_another_site_is_refused(run, make):
    _ = make.root

    done = run("demo", "approve")

    assert done.exit_code == 1
    assert "not the demo's site" in done.output


def test_the_clinician_has_agreed_on_plans_and_appointments_with_some(demo):
    with demo.reading() as session:
        planned, plans = count(session, Appointment), count(session, Plan)

    assert planned > 0 and plans == 2 * planned
