"""`welfare person`: a whole record handed over, a person erased for good, or held."""

import json
import stat
from zipfile import ZipFile

import pytest
from sqlalchemy.exc import OperationalError

from models import vault
from models.enrolment import SERVICE_NUMBER
from models.tables.audit import AuditEvent
from models.tables.lifecycle import LegalHold, Tombstone
from models.tables.people import Identity, PersonKey
from models.vocabulary import Act, Role
from welfare.cli import people
from welfare.gateways import offline_seal, tombstone_file
from welfare.services import erasure

ASKED = ("--reason", "asked")


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def number(database, person):
    with database.reading() as session:
        key = vault.key_for(session, person_id=person.id)
        identity = session.get_one(Identity, person.id)
        return vault.opened(key, identity, "content")[SERVICE_NUMBER]


@pytest.fixture
def stones(key_file):
    return tombstone_file.beside(key_file)


def rows(database, table):
    with database.reading() as session:
        return session.query(table).all()


def test_a_person_is_erased_once_the_number_was_typed_twice(run, database, number, person, stones):
    done = run("person", "erase", number, *ASKED, stdin=f"{number}\n")

    assert done.exit_code == 0
    assert "can\nthen be read by nobody, ever" in done.output
    for staying in ("units", "deployments", "roles", "account", "periods of care", "the trail"):
        assert staying in people.WARNING
    assert people.WARNING in done.output
    assert "Erased." in done.output
    assert "last key backup from before today" in done.output
    assert rows(database, PersonKey) == []
    (line,) = tombstone_file.read_lines(stones)
    assert person.id.hex in line
    assert '"asked"' in line
    assert number not in line
    assert [event.act for event in rows(database, AuditEvent)] == [Act.PERSON_ERASED]


def test_another_number_the_second_time_erases_nobody(run, database, number, stones):
    done = run("person", "erase", number, *ASKED, stdin="SN-other\n")

    assert done.exit_code == 1
    assert "another number. Nothing was changed" in done.output
    assert len(rows(database, PersonKey)) == 1
    assert not stones.exists()


def test_everything_that_stands_against_it_is_said_and_nothing_is_written(
    run, database, make, number, person, stones
):
    clinician = make.actor(Role.CLINICIAN)
    make.alert(person, clinician)
    make.case(person, clinician)
    run("person", "hold", "place", number, "--reason", "A court asks.")

    done = run("person", "erase", number, *ASKED, stdin=f"{number}\n")

    assert done.exit_code == 1
    for said in ("request for a call", "period of care", "A legal hold stands"):
        assert said in done.output
    assert not stones.exists()
    assert rows(database, Tombstone) == []


def test_where_the_tombstone_cannot_be_kept_nobody_is_erased(run, database, number, stones):
    stones.mkdir()

    done = run("person", "erase", number, *ASKED, stdin=f"{number}\n")

    assert done.exit_code == 1
    assert "Nobody was erased" in done.output
    assert len(rows(database, PersonKey)) == 1
    assert rows(database, Tombstone) == []


def test_where_the_database_refuses_at_last_the_tombstone_is_withdrawn(
    run, database, make, number, person, stones
):
    """A deferred constraint, a full disk, a cut line: the file must not say what was not done."""
    refuse_at_commit(database)

    done = run("person", "erase", number, *ASKED, stdin=f"{number}\n")

    assert done.exit_code == 1
    assert "did not take the erasure" in done.output
    assert len(rows(database, PersonKey)) == 1
    lines = tombstone_file.read_lines(stones)
    assert [json.loads(line)[0] for line in lines] == ["erased", "withdrawn"]
    with database.writing() as session:
        assert erasure.replay_tombstones(session, lines=lines, at=make.now) == 0


def test_where_nobody_can_tell_whether_the_database_took_it_the_tombstone_stays(
    run, database, make, number, person, stones, monkeypatch
):
    """A line cut at the commit: the operator asked for it, and a restore must not undo it."""
    refuse_at_commit(database)
    monkeypatch.setattr(people, "snapshot", once(people.snapshot))

    done = run("person", "erase", number, *ASKED, stdin=f"{number}\n")

    assert done.exit_code == 1
    assert [json.loads(line)[0] for line in tombstone_file.read_lines(stones)] == ["erased"]


def once(snapshot):
    """The database answers, and then it is away."""
    calls = iter([snapshot])

    def taken(database):
        found = next(calls, None)
        if found is None:
            raise OperationalError("SELECT", {}, Exception("away"))
        return found(database)

    return taken


def refuse_at_commit(database):
    """The tombstone points to something that is not there, which shows when it is committed."""
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "ALTER TABLE tombstone ADD CONSTRAINT not_there FOREIGN KEY (person_id)"
                " REFERENCES legal_hold (id) DEFERRABLE INITIALLY DEFERRED"
            )
            return
        connection.exec_driver_sql("DROP TABLE tombstone")
        connection.exec_driver_sql(
            "CREATE TABLE tombstone (person_id BLOB PRIMARY KEY, erased_at TEXT, erased_by BLOB,"
            " FOREIGN KEY (person_id) REFERENCES legal_hold (id) DEFERRABLE INITIALLY DEFERRED)"
        )


@pytest.mark.parametrize("words", [("erase", *ASKED), ("export", "out.zip"), ("hold lift",)])
def test_a_number_that_nobody_has_is_told(run, make, tmp_path, words):
    _ = make.root
    command, *rest = words
    rest = [tmp_path / "out.zip" if word == "out.zip" else word for word in rest]

    done = run("person", *command.split(), "SN-nobody", *rest, stdin="SN-nobody\n")

    assert done.exit_code == 1
    assert "nobody with this number or id" in done.output
    assert not (tmp_path / "out.zip").exists()


def test_somebody_erased_is_nobody_to_every_command(run, number, person, tmp_path):
    run("person", "erase", number, *ASKED, stdin=f"{number}\n")

    for named in (number, person.id):
        again = run("person", "erase", named, *ASKED, stdin=f"{named}\n")
        export = run("person", "export", named, tmp_path / "out.zip")
        assert "nobody with this number or id" in again.output
        assert "nobody with this number or id" in export.output
    assert not (tmp_path / "out.zip").exists()


def test_a_hold_is_placed_and_lifted_and_never_twice(run, database, number):
    placed = run("person", "hold", "place", number, "--reason", "A court asks.")
    twice = run("person", "hold", "place", number, "--reason", "Another asks.")
    lifted = run("person", "hold", "lift", number)
    none = run("person", "hold", "lift", number)

    assert [done.exit_code for done in (placed, twice, lifted, none)] == [0, 1, 0, 1]
    assert "The hold stands" in placed.output
    assert "stands already, or there is none" in twice.output
    (hold,) = rows(database, LegalHold)
    assert hold.lifted_at is not None
    assert run("person", "hold", "place", number, "--reason", " ").exit_code == 1


def test_an_export_is_one_new_file_for_its_owner_only(
    run, database, make, person, number, tmp_path
):
    make.screening(person)
    out = tmp_path / "out.zip"

    done = run("person", "export", number, out)

    assert done.exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with ZipFile(out) as archive:
        content = json.loads(archive.read("record.json"))
        page = archive.read("record.html").decode()
    assert content["person"]["identity"]["service_number"] == number
    assert "Feeling down, depressed, or hopeless" in page
    assert Act.PERSON_EXPORTED in {event.act for event in rows(database, AuditEvent)}


def test_an_export_is_never_written_over_a_file_and_then_the_trail_knows_of_none(
    run, database, number, tmp_path
):
    out = tmp_path / "out.zip"
    out.write_text("something else")

    done = run("person", "export", number, out)

    assert done.exit_code == 1
    assert "left alone" in done.output
    assert out.read_text() == "something else"
    assert rows(database, AuditEvent) == []


def test_an_export_can_be_sealed_to_a_public_key(run, number, tmp_path):
    secret = offline_seal.new_identity()
    out = tmp_path / "out.age"

    wrong = run("person", "export", number, out, "--to", "age1nonsense")
    assert (wrong.exit_code, out.exists()) == (1, False)
    done = run("person", "export", number, out, "--to", secret.to_public())

    assert done.exit_code == 0
    assert number.encode() not in out.read_bytes()
    assert offline_seal.open_bytes(out.read_bytes(), using=[secret]).startswith(b"PK")


def test_working_notes_can_be_left_out(run, number, tmp_path):
    run("person", "export", number, tmp_path / "all.zip")
    run("person", "export", number, tmp_path / "less.zip", "--without-notes")

    held = []
    for name in ("all.zip", "less.zip"):
        with ZipFile(tmp_path / name) as archive:
            held.append("notes" in json.loads(archive.read("record.json")))
    assert held == [True, False]
