"""A full disk, or a database that only reads: nobody is told that something was kept."""

import pytest
from sqlalchemy import event, func, select, text

from models.tables.audit import AuditEvent
from tests.faults.findings import insist_on_exactly_once
from tests.faults.members import plan_work
from tests.faults.serving import RECEIPT, prepare

SUBMISSIONS = 40
MOST_READINGS = 400
READ_ONLY = "default_transaction_read_only"
FULL_SERVER = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_room();
"""


def fill(database):
    """From now on there is no room for another page of the file, or for another event."""
    if database.engine.dialect.name == "postgresql":
        return change(database, FULL_SERVER), ["DROP FUNCTION no_room() CASCADE"]
    pages = change(database, "PRAGMA page_count")
    return narrow(database, f"PRAGMA max_page_count={pages + 8}")


def forbid_writing(database):
    if database.engine.dialect.name == "postgresql":
        name = database.engine.url.database
        change(database, f"ALTER DATABASE {name} SET {READ_ONLY} = on")
        database.engine.dispose()  # it holds for connections made from now on
        free = [f"SET {READ_ONLY} = off", f"ALTER DATABASE {name} RESET {READ_ONLY}"]
        return None, free
    return narrow(database, "PRAGMA query_only=ON")


def narrow(database, pragma):
    """On every connection that is made from now on."""

    def hold(driver, _record):
        driver.execute(pragma)

    database.engine.dispose()
    event.listen(database.engine, "connect", hold)
    return hold, None


def free(database, held):
    listener, statements = held
    if statements is None:
        event.remove(database.engine, "connect", listener)
    else:
        change(database, *statements)
    database.engine.dispose()


def change(database, *statements):
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        found = [connection.execute(text(each)) for each in statements][-1]
        return found.scalar_one() if found.returns_rows else None


def send(client, form):
    headers = {"Cookie": form.cookies}
    return client.post(
        form.path,
        data=form.body,
        headers=headers,
        content_type="application/x-www-form-urlencoded",
    )


@pytest.mark.parametrize("break_it", [fill, forbid_writing])
def test_what_cannot_be_kept_is_not_acknowledged_and_can_be_sent_again(
    app, database, make, break_it
):
    tasks = plan_work(make, SUBMISSIONS)
    forms = prepare(app, make, tasks)
    client = app.test_client(use_cookies=False)
    held = break_it(database)

    first = {str(each.task.submission_id): send(client, each) for each in forms}
    free(database, held)
    again = {str(each.task.submission_id): send(client, each) for each in forms}

    refused = {name: answer for name, answer in first.items() if answer.status_code != 302}
    assert refused
    assert {answer.status_code for answer in refused.values()} == {503}
    for answer in refused.values():
        assert "Nothing of what you entered was sent" in answer.text
        assert "Need to talk now?" in answer.text
        assert answer.headers["Retry-After"]
    receipts = {
        name: RECEIPT.search(answer.headers["Location"])[1] for name, answer in again.items()
    }
    kept_at_once = {
        name: RECEIPT.search(first[name].headers["Location"])[1] for name in first.keys() - refused
    }
    assert kept_at_once.items() <= receipts.items()
    insist_on_exactly_once(database, tasks, receipts)


def test_a_page_whose_reading_cannot_be_recorded_is_not_shown(database, make, visit):
    visitor = visit(make.actor())
    assert visitor.get("/en/me/history").status_code == 200
    held = fill(database)

    pages = []
    while len(pages) < MOST_READINGS and all(page.status_code == 200 for page in pages[-1:]):
        pages.append(visitor.get("/en/me/history"))
    free(database, held)
    with database.reading() as session:
        events = session.scalar(select(func.count()).select_from(AuditEvent))

    assert pages.pop().status_code == 503
    assert events == 1 + len(pages)  # the one before, and each that was shown
