"""From nothing to a site: a key, a database, a unit, an administrator; and never twice."""

import os
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from models.sealing import FileKeys, blind_index
from models.session import open_database
from models.tables.accounts import Account, Post
from models.tables.audit import AuditEvent
from models.tables.places import Unit
from models.vocabulary import Act, Role
from welfare.gateways.offline_seal import new_identity
from welfare.policies.passwords import matches

WORDS = (
    *("setup", "--unit", "Contingent", "--login", "ada"),
    *("--given", "Ada", "--family", "Marrow"),
)
PASSWORD = re.compile(r"^ {4}(\S+)$", re.MULTILINE)


@pytest.fixture
def site(new_env):
    """The database once it is there."""
    opened = []

    def open_it():
        keys = FileKeys.read(Path(new_env["WELFARE_KEY_FILE"]))
        opened.append(open_database(new_env["WELFARE_DATABASE_URL"], keys))
        return opened[-1]

    yield open_it
    for database in opened:
        database.engine.dispose()


def content(site):
    """Every row of every table."""
    database = site()
    names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if database.engine.dialect.name == "postgresql":
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with database.engine.connect() as connection:
        tables = sorted(connection.scalars(text(names)))
        return {
            table: connection.execute(text(f'SELECT * FROM "{table}"')).all()  # noqa: S608 - our own names
            for table in tables
        }


def test_setup_makes_a_key_a_database_a_unit_and_an_administrator(run_new, new_env, site):
    done = run_new(*WORDS)

    assert done.exit_code == 0
    key = Path(new_env["WELFARE_KEY_FILE"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with site().reading() as session:
        unit = session.scalars(select(Unit)).one()
        account = session.scalars(select(Account)).one()
        posts = session.scalars(select(Post)).all()
        acts = set(session.scalars(select(AuditEvent.act)))
        login = blind_index(FileKeys.read(key), "login", "ADA")
    assert (unit.name, unit.path, unit.parent_id) == ("Contingent", "0001", None)
    assert account.login_digest == login
    assert {post.role for post in posts} == {Role.MEMBER, Role.ADMINISTRATOR}
    assert acts == {
        Act.UNIT_CREATED,
        Act.PERSON_ADDED,
        Act.ACCOUNT_CREATED,
        Act.MISSION_CHANGED,
    }
    assert run_new("db", "check").exit_code == 0


def test_setup_prints_the_first_password_once_and_it_must_be_changed(run_new, site):
    done = run_new(*WORDS)

    (password,) = PASSWORD.findall(done.output)
    assert done.output.count(password) == 1
    with site().reading() as session:
        account = session.scalars(select(Account)).one()
    assert matches(account.password_hash, password)
    assert account.must_change_password
    assert password not in str(content(site))


def test_setup_says_where_the_key_is_and_why_to_copy_it(run_new, new_env):
    done = run_new(*WORDS)

    assert f"The key file is {new_env['WELFARE_KEY_FILE']}" in done.output
    assert "It was read back, and it opens this site" in done.output
    assert "nothing in the database can be read, by anybody, ever" in done.output
    assert "welfare keys escrow create" in done.output
    key = FileKeys.read(Path(new_env["WELFARE_KEY_FILE"]))
    assert key.wrapping_id not in done.output


def test_a_second_setup_is_refused_and_changes_nothing(run_new, new_env, site):
    run_new(*WORDS)
    before, key = content(site), Path(new_env["WELFARE_KEY_FILE"]).read_bytes()

    done = run_new(*WORDS[:-1], "Other")

    assert done.exit_code == 1
    assert "set up already. Nothing has been changed" in done.output
    assert content(site) == before
    assert Path(new_env["WELFARE_KEY_FILE"]).read_bytes() == key


def test_a_lost_key_is_told_and_no_new_one_is_made(run_new, new_env, site):
    run_new(*WORDS)
    key = Path(new_env["WELFARE_KEY_FILE"])
    before, kept = content(site), key.read_bytes()
    key.unlink()

    for command in (WORDS, ("demo", "load", key.parent, "--sign-ins", key.parent / "s.txt")):
        done = run_new(*command)
        assert done.exit_code == 1
        assert f"no key file at {key}" in done.output
        assert "Put its key file back" in done.output

    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    assert content(site) == before


def test_setup_with_the_key_of_another_site_is_refused_and_changes_nothing(
    run_new, new_env, site, tmp_path
):
    run_new(*WORDS)
    before = content(site)
    foreign = tmp_path / "foreign"
    typist_key = foreign / "k.key"
    run_new(
        *WORDS,
        WELFARE_KEY_FILE=str(typist_key),
        WELFARE_DATABASE_URL=f"sqlite:///{foreign / 'data' / 'other.db'}",
    )

    done = run_new(*WORDS, WELFARE_KEY_FILE=str(typist_key))

    assert done.exit_code == 1
    assert "not the one this database was sealed with" in done.output
    assert content(site) == before


def test_a_setup_that_was_refused_for_a_value_can_be_typed_again(run_new, site):
    refused = run_new(*WORDS[:4], "a", *WORDS[5:])

    done = run_new(*WORDS)

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "another value for: login" in refused.output
    assert len(content(site)["account"]) == 1


def test_what_is_not_given_is_asked_for(run_new, site):
    done = run_new("setup", stdin="Contingent\nada\nAda\nMarrow\n")

    assert done.exit_code == 0
    assert "Name of the contingent:" in done.output
    assert len(content(site)["account"]) == 1


@pytest.mark.usefixtures("open_umask")
def test_every_file_that_a_command_makes_is_for_its_owner_only(run_new, new_env, tmp_path):
    identity = new_identity()
    safe = tmp_path / "safe" / "identity.txt"
    safe.parent.mkdir(mode=0o700)
    safe.write_text(str(identity))
    safe.chmod(0o600)
    vault = {
        "WELFARE_BACKUP_DIR": str(tmp_path / "backups"),
        "WELFARE_BACKUP_TO": str(identity.to_public()),
    }
    done = [run_new(*WORDS), run_new("backup", "create", **vault)]
    (slip,) = (tmp_path / "backups").glob("*.json")
    new = tmp_path / "new" / "site.db"

    done.append(
        run_new(
            *("backup", "restore", slip.stem, "--identity", safe),
            **vault | {"WELFARE_DATABASE_URL": f"sqlite:///{new}"},
        )
    )

    assert [each.exit_code for each in done] == [0, 0, 0], done[-1].output
    assert new.is_file()
    assert {
        path: oct(path.stat().st_mode)
        for path in tmp_path.rglob("*")
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    } == {}


def test_a_command_leaves_the_process_that_called_it_as_it_was(run_new, open_umask):
    run_new("instruments", "list")

    assert os.umask(open_umask) == open_umask


@pytest.fixture
def open_umask():
    """As most machines have it: what is made may be read by everybody."""
    before = os.umask(0o022)
    yield 0o022
    os.umask(before)


def test_a_wrong_setting_is_told_before_anything_is_asked(run_new, new_env):
    done = run_new("setup", stdin="Contingent\nada\nAda\nMarrow\n", WELFARE_PORT="often")

    assert done.exit_code == 1
    assert done.output == "Error: WELFARE_PORT must be a number from 1 to 65535.\n"
    assert not Path(new_env["WELFARE_KEY_FILE"]).exists()


@pytest.mark.parametrize("below", ["", "keys"])
def test_no_key_file_is_made_in_the_data_folder(run_new, tmp_path, below):
    folder = tmp_path / "everything"
    key = folder / below / "welfare.key"

    done = run_new(
        *WORDS,
        WELFARE_KEY_FILE=str(key),
        WELFARE_DATABASE_URL=f"sqlite:///{folder / 'site.db'}",
    )

    assert done.exit_code == 1
    assert "lies in the data folder" in done.output
    assert not folder.exists()


def test_no_key_file_is_made_in_a_folder_that_others_may_write(run_new, new_env):
    folder = Path(new_env["WELFARE_KEY_FILE"]).parent
    folder.mkdir()
    folder.chmod(0o770)

    done = run_new(*WORDS)

    assert done.exit_code == 1
    assert f"chmod go-w {folder}" in done.output
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("setting", ["WELFARE_KEY_FILE", "WELFARE_DATABASE_URL"])
def test_a_place_that_cannot_be_written_is_told(run_new, tmp_path, setting):
    (tmp_path / "file").write_text("not a folder")
    place = str(tmp_path / "file" / "below" / "it")
    value = place if setting == "WELFARE_KEY_FILE" else f"sqlite:///{place}"

    done = run_new(*WORDS, **{setting: value})

    assert done.exit_code == 1
    assert "cannot be" in done.output


def test_the_folder_of_an_embedded_database_is_for_its_owner_only(run_new, new_env):
    run_new(*WORDS)

    url = make_url(new_env["WELFARE_DATABASE_URL"])
    if url.get_backend_name() == "sqlite":
        assert stat.S_IMODE(Path(url.database).parent.stat().st_mode) == 0o700
    else:
        assert not list(Path(new_env["WELFARE_KEY_FILE"]).parents[1].glob("*.db"))
