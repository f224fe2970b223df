"""Pages by the reader's own clock: what they show, and what is typed into them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from models.programmes import load
from models.tables.care import Alert
from models.tables.paper import PaperForm
from models.tables.places import DutyRoster
from models.tables.screenings import Screening
from models.vocabulary import Role
from tests.factories import TODAY
from tests.models.queries import counted
from welfare.policies.actor import Machine
from welfare.services.duty_changes import hand_over_to_duty
from welfare.web import zones

KATHMANDU = timedelta(hours=5, minutes=45)  # all the year
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
PROGRAMME = load("un-contingent")


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def abroad(make):
    """The site has a clock, and no quiet hours."""
    return make.contingent(quiet_from=None, quiet_until=None)


def clock_of(moment):
    local = moment + KATHMANDU
    return f"{local.day} {local:%b %Y, %H:%M} (Kathmandu)"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_a_clock_pages_say_utc_as_they_did(make, visit, clinician):
    alert = make.alert(make.person(), clinician)

    page = visit(clinician).get(f"/en/people/{alert.person_id}").text

    raised = alert.raised_at
    assert f"Raised {raised.day} {raised:%b %Y, %H:%M} UTC." in page


def test_a_record_and_the_readers_of_it_are_shown_by_the_clock_of_the_reader(
    make, visit, clinician, abroad
):
    alert = make.alert(make.person(), clinician)

    page = visit(clinician).get(f"/en/people/{alert.person_id}").text

    assert f"Raised {clock_of(alert.raised_at)}." in page
    assert f"in touch by {clock_of(alert.due_at)}." in page
    assert "UTC" not in page


def test_the_zone_is_named_in_the_language_of_the_page(make, visit, clinician):
    make.contingent(zone="Africa/Bangui", quiet_from=None, quiet_until=None)
    alert = make.alert(make.person(), clinician)

    assert "(بانغوي)" in visit(clinician).get(f"/ar/people/{alert.person_id}").text


def test_the_trail_is_read_by_the_auditors_clock_and_says_whose(make, visit, abroad):
    page = visit(make.actor(Role.AUDITOR)).get("/en/trail/").text

    assert "When (Kathmandu)" in page


def test_pages_cost_no_query_more_for_a_clock(make, visit, clinician, database):
    alert = make.alert(make.person(), clinician)
    carer = visit(clinician)

    def cost():
        with counted(database) as sent:
            for path in (f"/en/people/{alert.person_id}", "/en/work-list"):
                assert carer.get(path).status_code == 200
        return len(sent)

    cost()
    before = cost()
    make.contingent()
    assert cost() == before


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-07-01 10:00", "1 Jul 2026, 12:00 (Brussels)"),
        ("2026-10-25 00:30", "25 Oct 2026, 02:30 (Brussels, UTC+02:00)"),  # comes twice
        ("2026-10-25 01:30", "25 Oct 2026, 02:30 (Brussels, UTC+01:00)"),
        ("2026-03-29 01:00", "29 Mar 2026, 03:00 (Brussels)"),  # 02:00 is left out
    ],
)
def test_an_hour_that_comes_twice_says_which_one_it_is(app, moment, words):
    with app.test_request_context("/en/"):
        brussels = zones.zone_named("Europe/Brussels")
        assert zones.moment(utc(moment), zone=brussels) == words


def test_what_is_not_there_yet_is_nothing(app):
    with app.test_request_context("/en/"):
        assert zones.moment(None) == ""
        assert zones.zone_name() == "UTC"


@pytest.fixture
def set_duty(make, visit, clinician, edge):
    """By the page; what is kept of the duty that was typed in."""
    clerk = visit(make.actor(Role.ADMINISTRATOR))

    def typed(**given):
        form = {"unit": make.root.id, "account": clinician.account_id, "from": "2027-03-01"}
        answer = clerk.post("/en/site/duty/new", form | given)
        kept = {(each.from_at, each.until_at) for each in edge.rows(DutyRoster)} - before
        return answer, kept

    before = {(each.from_at, each.until_at) for each in edge.rows(DutyRoster)}
    return typed


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ({}, "2027-02-28 18:15", None),  # midnight there
        ({"until": "2027-03-03"}, "2027-02-28 18:15", "2027-03-03 18:15"),
        ({"from_hour": "08:00"}, "2027-03-01 02:15", None),
        (
            {"from_hour": "20:00", "until": "2027-03-02", "until_hour": "08:00"},
            "2027-03-01 14:15",
            "2027-03-02 02:15",
        ),
        ({"until": "2027-03-01", "until_hour": "00:30"}, "2027-02-28 18:15", "2027-02-28 18:45"),
    ],
)
def test_a_duty_begins_and_ends_by_the_clock_of_who_types_it(abroad, set_duty, typed, begins, ends):
    _answer, kept = set_duty(**typed)

    assert kept == {(utc(begins), utc(ends) if ends else None)}


@pytest.mark.parametrize(
    ("day", "hour", "begins"),
    [
        ("2027-03-28", "02:30", "2027-03-28 01:30"),  # left out: half past three there
        ("2027-10-31", "02:30", "2027-10-31 00:30"),  # twice: the first
    ],
)
def test_a_duty_at_an_hour_that_is_not_or_is_twice(make, set_duty, day, hour, begins):
    make.contingent(zone="Europe/Brussels")

    _answer, kept = set_duty(**{"from": day, "from_hour": hour})

    assert kept == {(utc(begins), None)}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"until_hour": "08:00"}, "Last day: Please fill this in."),
        ({"from_hour": "8 o’clock"}, "First hour: Please give the time as in 14:30."),
        (
            {"from_hour": "08:00", "until": "2027-03-01", "until_hour": "08:00"},
            "Last day: The end is before the start.",
        ),
    ],
)
def test_a_duty_that_cannot_be_is_refused_and_given_back(abroad, set_duty, wrong, sentence):
    answer, kept = set_duty(**wrong)

    assert (answer.status_code, kept) == (422, set())
    assert sentence in answer.text
    assert 'value="2027-03-01"' in answer.text
    assert "From this hour on (Kathmandu)" in answer.text


def test_who_is_on_duty_by_the_clock_there_gets_an_alert_at_that_very_moment(
    make, edge, visit, clinician, abroad
):
    alert = make.alert(make.person(), clinician)
    morning = TODAY + DAY
    successor = make.actor(Role.CLINICIAN)
    form = {"unit": make.root.id, "account": successor.account_id, "from": morning.isoformat()}
    visit(make.actor(Role.ADMINISTRATOR)).post("/en/site/duty/new", form | {"from_hour": "08:00"})
    begins = datetime(morning.year, morning.month, morning.day, 8, tzinfo=UTC) - KATHMANDU

    owners = []
    for at in (begins - SECOND, begins):
        edge.act(hand_over_to_duty, by=Machine(), programme=PROGRAMME, after=None, at=at)
        owners += [each.owner_id for each in edge.rows(Alert) if each.id == alert.id]

    assert owners == [clinician.account_id, successor.account_id]


def test_an_hour_on_paper_is_that_of_the_place_of_its_person(make, edge, visit, clinician, abroad):
    """Typed in twice by somebody whose own clock is another one."""
    east = make.unit("Eastmark", make.root)
    make.contingent(east, zone="Pacific/Kiritimati", quiet_from=None, quiet_until=None)  # +14
    window = make.window(make.actor(unit=east).person_id)
    clerk = visit(clinician)
    clerk.post(f"/en/paper/windows/{window.id}/print", {"language": "en"})
    (form,) = edge.rows(PaperForm)
    local = datetime.now(UTC) + timedelta(hours=14)
    page = clerk.get(f"/en/paper/forms/{form.id}/key").text
    assert "Hour on the paper, if there is one (Kiritimati)" in page
    assert f'max="{local.date().isoformat()}"' in page

    fields = {"day": local.date().isoformat(), "hour": "00:00", "phq-9.1": "0"}
    for turn in ("1", "2"):
        clerk.post(f"/en/paper/forms/{form.id}/key", fields | {"turn": turn})

    (kept,) = edge.rows(Screening)
    assert kept.day == min(local.date(), datetime.now(UTC).date())


def test_a_day_that_has_not_begun_at_the_place_of_the_person_is_refused(
    make, edge, visit, clinician
):
    make.contingent(zone="Pacific/Pago_Pago", quiet_from=None, quiet_until=None)  # -11
    window = make.window(make.actor().person_id)
    clerk = visit(clinician)
    clerk.post(f"/en/paper/windows/{window.id}/print", {"language": "en"})
    (form,) = edge.rows(PaperForm)
    local = datetime.now(UTC) - timedelta(hours=11)
    fields = {"turn": "1", "hour": "", "phq-9.1": "0"}

    answer = clerk.post(
        f"/en/paper/forms/{form.id}/key",
        fields | {"day": (local.date() + DAY).isoformat()},
    )

    assert answer.status_code == 422


def test_somebody_without_a_name_is_promised_a_call_by_the_clock_of_the_place(
    make, visit, clinician, abroad
):
    form = {"unit": make.root.id, "phone": "+00 555 0111", "called": ""}

    page = visit().post("/en/call-me", form).text

    said = re.search(r"should call you by (\d+) (\w+), (\d\d:\d\d) \(Kathmandu\)\.", page)
    assert said, page
    due = datetime.now(UTC) + PROGRAMME.clocks.answer_within + KATHMANDU
    assert int(said[1]) in {due.day, (due - timedelta(minutes=1)).day}
