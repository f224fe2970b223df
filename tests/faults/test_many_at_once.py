"""64 threads at once: nobody's change is lost under another's, and nobody sees a lock."""

import logging
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from models import vault
from models.instruments.summary import read_results
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.people import Person
from models.vocabulary import Act, AlertStatus, Role
from tests.faults.findings import insist_on_exactly_once
from tests.faults.members import plan_work
from tests.faults.serving import RECEIPT, prepare

THREADS = 64
MEMBERS = 8
WINDOWS = 4  # of each member, all sent at the same moment
READINGS = 3
RACERS = 8  # clinicians' browsers that reach for the same alert


def race(acts):
    """Every act in a thread of its own, all let go at once. What each brought back."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def sender(app, form):
    def send():
        answer = app.test_client(use_cookies=False).post(
            form.path,
            data=form.body,
            headers={"Cookie": form.cookies},
            content_type="application/x-www-form-urlencoded",
        )
        return "send", str(form.task.submission_id), answer

    return send


def reader(visitor):
    def read():
        statuses = {visitor.get("/en/me/history").status_code for _ in range(READINGS)}
        return "read", statuses.pop() if len(statuses) == 1 else statuses, None

    return read


def racer(visitor, alert, token):
    def acknowledge():
        form = {"csrf_token": token}
        answer = visitor.client.post(f"/en/alerts/{alert.id}/acknowledge", data=form)
        return "acknowledge", answer.status_code, None

    return acknowledge


def test_64_threads_of_mixed_work_lose_no_change_and_show_no_lock(
    app, database, make, visit, caplog
):
    caplog.set_level(logging.WARNING)
    tasks = plan_work(make, MEMBERS * WINDOWS, members=MEMBERS)
    clinician = make.actor(Role.CLINICIAN)
    alert = make.alert(make.person(), clinician)
    before = {alert.screening_id}
    browsers = [visit(clinician) for _ in range(RACERS)]
    acts = [sender(app, form) for form in prepare(app, make, tasks)]
    acts += [racer(browser, alert, browser.token()) for browser in browsers]
    acts += [reader(visit(make.actor())) for _ in range(THREADS - len(acts))]

    found = race(acts)

    receipts = {
        name: RECEIPT.search(answer.headers["Location"])[1]
        for kind, name, answer in found
        if kind == "send"
    }
    insist_on_exactly_once(database, tasks, receipts, but=before)
    taken = Counter(status for kind, status, _ in found if kind == "acknowledge")
    assert taken[302] == 1 and set(taken) <= {302, 409}
    assert {status for kind, status, _ in found if kind == "read"} == {200}
    reads = THREADS - len(tasks) - RACERS
    assert acts_of(database)[Act.OWN_RECORD_READ] == reads * READINGS
    assert acts_of(database)[Act.ALERT_ACKNOWLEDGED] == 1
    assert {len(points) for points in points_of(database, tasks)} == {WINDOWS}
    with database.reading() as session:
        assert session.get_one(Alert, alert.id).status is AlertStatus.ACKNOWLEDGED
    assert "locked" not in caplog.text


def acts_of(database):
    with database.reading() as session:
        counted = select(AuditEvent.act, func.count()).group_by(AuditEvent.act)
        return {act: number for act, number in session.execute(counted)}


def points_of(database, tasks):
    """The results of one questionnaire in each member's summary: one for every window."""
    with database.reading() as session:
        people = [session.get_one(Person, task.actor.person_id) for task in tasks]
        summaries = vault.opened_all(session, rows=people, column="summary")
    return [read_results(summary)["phq-9"] for summary in summaries]
