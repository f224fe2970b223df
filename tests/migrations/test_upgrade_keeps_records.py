"""An upgrade of a site in use keeps every record and everything that refers to it."""

import pytest
from sqlalchemy import func, select, text

from models.base import Base, new_key
from models.sealing import Ciphertext
from models.tables.accounts import Account
from models.tables.care import ContactAttempt
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.screenings import Window
from models.vocabulary import LetterKind, Phase, Role
from tests.factories import NOW
from tests.migrations.test_migrations import downgrade, upgrade_to
from welfare.cli.database import upgrade_schema

KEPT = ("person", "account", "post", "screening", "alert", "letter", "contact_attempt")


def rows_of(database):
    tables = Base.metadata.tables
    with database.engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(tables[name])) for name in KEPT
        }


@pytest.fixture
def in_use(database, make):
    """A site of this version with an alert, a letter about it and a try to reach the person."""
    clinician = make.reachable()
    alert = make.alert(make.person(), clinician)
    with make.kept() as session:
        session.add_all(
            [
                Letter(
                    kind=LetterKind.NUDGE,
                    recipient_id=clinician.account_id,
                    alert_id=alert.id,
                    written_at=NOW,
                    next_try_at=NOW,
                ),
                ContactAttempt(
                    id=new_key(),
                    alert_id=alert.id,
                    person_id=alert.person_id,
                    by_id=clinician.account_id,
                    at=NOW,
                    content=Ciphertext(b"sealed"),
                ),
            ]
        )
    return database


def test_going_back_one_version_and_forward_again_loses_no_record(in_use):
    before = rows_of(in_use)
    assert before["alert"] == before["letter"] == before["contact_attempt"] == 1

    downgrade(in_use, "0006")
    upgrade_schema(in_use)

    assert rows_of(in_use) == before


def test_going_back_leaves_no_letter_of_a_kind_that_the_older_program_does_not_know(in_use, make):
    with make.kept() as session:
        letter = session.query(Letter).one()
        usual = {"recipient_id": letter.recipient_id, "written_at": NOW, "next_try_at": NOW}
        session.add_all(
            [
                Letter(kind=LetterKind.TEXT, alert_id=letter.alert_id, **usual),
                Letter(kind=LetterKind.TASK, **usual),
            ]
        )

    downgrade(in_use, "0012")

    with in_use.engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM letter")).scalars().all()
    assert kinds == ["nudge"]


def test_going_back_asks_nobody_what_was_assigned_in_care_and_keeps_what_was_answered(
    database, make
):
    case = make.case(make.person(), make.actor(Role.CLINICIAN))
    make.measure(case, "gad-7")
    answered = make.measure(case, "phq-9")
    with make.kept() as session:
        window = session.query(Window).filter_by(measure_id=answered.id).one()
        window_id, person = window.id, session.get_one(Person, case.person_id)
    make.screening(person, phase=Phase.CARE, window_id=window_id)

    downgrade(database, "0013")

    with database.engine.connect() as connection:
        rows = connection.execute(
            text('SELECT phase, programme, closes_on < opens_on AS is_over FROM "window"')
        ).all()
        kept = connection.execute(text("SELECT phase FROM screening")).scalars().all()
    assert sorted(bool(each.is_over) for each in rows) == [False, True]
    assert {(each.phase, each.programme) for each in rows} == {("unknown", "un-contingent/2")}
    assert kept == ["unknown"]
    upgrade_schema(database)


def test_posts_given_before_two_administrators_were_asked_for_stay_in_force(in_use):
    downgrade(in_use, "0006")

    upgrade_to(in_use, "0007")

    with in_use.engine.connect() as connection:
        waiting = connection.scalar(text("SELECT count(*) FROM post WHERE confirmed_at IS NULL"))
    assert waiting == 0


def test_what_refers_to_an_alert_still_does_after_the_upgrade(in_use):
    downgrade(in_use, "0006")

    upgrade_schema(in_use)

    with in_use.engine.connect() as connection:
        for table in ("letter", "contact_attempt"):
            lost = f"SELECT count(*) FROM {table} WHERE alert_id NOT IN (SELECT id FROM alert)"  # noqa: S608 - two fixed names
            assert connection.scalar(text(lost)) == 0
        if in_use.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_accounts_that_were_used_before_count_as_used_after_the_upgrade(database, make):
    used, unused = make.actor(), make.actor(must_change_password=True)
    begun_anew = make.actor(must_change_password=True)
    make.web_session(begun_anew)
    downgrade(database, "0008")

    upgrade_schema(database)

    with database.reading() as session:
        found = {each.id: each.used_at for each in session.scalars(select(Account))}
    assert found[unused.account_id] is None
    assert found[used.account_id] is not None and found[begun_anew.account_id] is not None
