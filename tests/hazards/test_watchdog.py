"""Letters that do not leave, jobs that stand still, a hole in the roster: every page says so."""

from datetime import UTC, datetime, timedelta

import pytest

from models.programmes import load
from models.tables.letters import JobLease, Letter
from models.vocabulary import LetterKind, Role
from tests.factories import NOW
from tests.hazards.scenes import send
from tests.jobs.post_office import STATIONERY, PostOffice
from tests.jobs.receiver import receiving
from welfare.gateways.webhook import HttpWebhook
from welfare.jobs import nudges
from welfare.jobs.herald import Channels, Herald
from welfare.web import watchdog

PAGES = {
    Role.CLINICIAN: "/en/work-list",
    Role.CLINIC_LEAD: "/en/work-list",
    Role.ADMINISTRATOR: "/en/site/",
    Role.WELFARE_OFFICER: "/en/completion/",
    Role.PRIVACY_OFFICER: "/en/releases/",
    Role.COMMANDER: "/en/figures/",
    Role.AUDITOR: "/en/trail/",
}
LETTERS = "Letters are not leaving."
STOPPED = "The site has stopped sending letters"
NOBODY = "nobody can be reached now"
NO_REVIEWER = {
    Role.ADMINISTRATOR: "Something waits for a review in your units",
    Role.CLINIC_LEAD: "waits for a second person and there is none",
}
TOLD_OF_GAPS = {Role.CLINICIAN, Role.CLINIC_LEAD, Role.ADMINISTRATOR, Role.WELFARE_OFFICER}


@pytest.fixture
def page(visit, make):
    """What the first page of somebody of this role says."""

    def text(role, unit=None):
        return visit(make.actor(role, unit)).get(PAGES[role]).text

    return text


@pytest.fixture
def jobs(make, app):
    """The program has watched for an hour; the jobs' lease runs out at the given moment."""
    app.extensions[watchdog.PLACE].since = NOW - timedelta(hours=1)

    holder = make.root.id  # before the session: SQLite lets one write at a time

    def lease(until):
        with make.kept() as session:
            session.add(JobLease(name=nudges.NAME, holder=holder, until_at=until))

    return lease


def write_letter(make, clinician, age):
    alert = make.alert(make.person(), clinician)
    at = datetime.now(UTC) - age  # pages ask the real clock, and a run of all tests is long
    about = {"alert_id": alert.id, "recipient_id": clinician.account_id}
    with make.kept() as session:
        session.add(Letter(kind=LetterKind.NUDGE, written_at=at, next_try_at=at, **about))


@pytest.mark.parametrize("role", PAGES)
def test_while_letters_do_not_leave_every_staff_page_says_so(make, page, role):
    write_letter(make, make.reachable(), timedelta(minutes=6))

    assert LETTERS in page(role)


def test_a_letter_that_was_just_written_troubles_nobody(make, page):
    write_letter(make, make.reachable(), timedelta(minutes=4))

    assert "w-staff-warning" not in page(Role.CLINICIAN)


@pytest.mark.parametrize("role", PAGES)
def test_while_the_jobs_stand_still_every_staff_page_says_so(make, page, jobs, role):
    make.reachable()
    jobs(NOW - timedelta(minutes=2))

    assert STOPPED in page(role)


def test_jobs_that_never_ran_are_said_too(make, page, app):
    make.reachable()
    app.extensions[watchdog.PLACE].since = NOW - timedelta(minutes=2)

    assert STOPPED in page(Role.CLINICIAN)


def test_jobs_that_run_trouble_nobody(make, page, jobs):
    make.reachable()
    jobs(NOW + timedelta(days=1))

    assert "w-staff-warning" not in page(Role.CLINICIAN)


def test_a_program_that_has_just_started_gives_its_jobs_a_minute(make, page, jobs, app):
    make.reachable()
    jobs(NOW - timedelta(days=1))
    app.extensions[watchdog.PLACE].since = datetime.now(UTC)

    assert "w-staff-warning" not in page(Role.CLINICIAN)


@pytest.mark.parametrize("role", PAGES)
def test_an_empty_duty_roster_is_said_to_those_who_work_with_people(make, page, role):
    make.person()

    assert (NOBODY in page(role)) == (role in TOLD_OF_GAPS)


@pytest.mark.parametrize("role", TOLD_OF_GAPS)
def test_a_gap_in_another_unit_is_not_told(make, page, role):
    make.reachable()
    elsewhere = make.unit("Elsewhere")
    make.person(elsewhere)

    assert NOBODY not in page(role)


@pytest.fixture
def opened(make):
    """A clinic lead has opened a record, and nobody else in the unit may look at it."""
    make.reachable()
    lead = make.actor(Role.CLINIC_LEAD)
    make.glass(make.person(), lead, next_tell_at=NOW + timedelta(days=3))
    return lead


def test_a_review_that_nobody_may_give_is_said_to_those_who_can_find_somebody(page, visit, opened):
    assert NO_REVIEWER[Role.CLINIC_LEAD] in visit(opened).get("/en/work-list").text
    assert NO_REVIEWER[Role.ADMINISTRATOR] in page(Role.ADMINISTRATOR)
    for role in (Role.CLINICIAN, Role.WELFARE_OFFICER, Role.COMMANDER, Role.AUDITOR):
        text = page(role)
        assert not any(words in text for words in NO_REVIEWER.values())


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.CLINIC_LEAD])
def test_with_a_second_person_it_troubles_nobody(make, page, opened, role):
    make.actor(role)

    assert NO_REVIEWER[Role.ADMINISTRATOR] not in page(Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.CLINIC_LEAD])
def test_a_second_person_of_another_unit_is_none(make, page, opened, role):
    make.actor(role, make.unit("Elsewhere", make.root))

    assert NO_REVIEWER[Role.ADMINISTRATOR] in page(Role.ADMINISTRATOR)


def test_a_review_that_nobody_may_give_is_told_to_another_program_too(watched, opened):
    with receiving() as other:
        channels = Channels(alarm=HttpWebhook(other.url))
        Herald(watched, channels, stationery=STATIONERY, since=NOW).run_once(at=NOW)

    assert [each["what"] for each in other.told] == ["nobody_to_review"]


def test_a_warning_names_no_unit_and_no_person(make, visit):
    make.person(make.unit("Hidden Company", make.root))
    write_letter(make, make.actor(Role.CLINICIAN), timedelta(hours=1))

    text = visit(make.actor(Role.CLINICIAN)).get("/en/paper/").text

    assert LETTERS in text and NOBODY in text
    warning = text.split('class="w-staff-warning"')[1].split("</div></div>")[0]
    assert "Company" not in warning


def test_personnel_are_told_nothing_of_it(make, visit):
    write_letter(make, make.reachable(), timedelta(hours=1))

    page = visit(make.actor()).get("/en/me/")

    assert page.status_code == 200
    assert "w-staff-warning" not in page.text


def test_a_page_that_is_shown_again_within_half_a_minute_asks_nothing_more(make, visit, edge):
    make.reachable()
    visitor = visit(make.actor(Role.CLINICIAN))
    first = edge.queries(lambda _session: visitor.get("/en/paper/"))

    again = edge.queries(lambda _session: visitor.get("/en/paper/"))

    assert first - again == 8


def test_while_mail_is_dead_another_program_is_told_of_it(make, edge, watched):
    """A critical answer, a mail server that takes nothing, and the jobs that try every minute."""
    make.reachable()
    send(edge, make)
    dead = PostOffice()
    dead.is_open = False
    given = {"mailer": dead, "stationery": STATIONERY, "programme": load("un-contingent")}
    with receiving() as other:
        channels = Channels(alarm=HttpWebhook(other.url))
        herald = Herald(watched, channels, stationery=STATIONERY, since=NOW)
        for minutes in range(8):
            at = NOW + timedelta(minutes=minutes)
            nudges.run(watched, **given, holder=make.root.id, at=at)
            herald.run_once(at=at)

    assert len(dead.tried) > 1
    assert [(each["what"], each["state"]) for each in other.told] == [("letters_waiting", "began")]


def test_an_empty_duty_roster_is_told_to_another_program_too(make, watched):
    make.person()
    with receiving() as other:
        channels = Channels(alarm=HttpWebhook(other.url))
        Herald(watched, channels, stationery=STATIONERY, since=NOW).run_once(at=NOW)

    assert [each["what"] for each in other.told] == ["nobody_on_duty"]
