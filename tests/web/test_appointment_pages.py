"""The pages of appointments: made, recorded by one click, moved; and what the person sees."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from models.tables.people import Person
from models.tables.plans import Appointment
from models.vocabulary import Role
from tests.factories import TODAY
from tests.web.pages import hidden, links
from welfare.policies.booked import Wanted

SOON = (TODAY + timedelta(days=2)).isoformat()
FORM = {"day": SOON, "hour": "10:30", "minutes": "50", "mode": "video", "protocol": "emdr"}
FORM |= {"where": "https://meet.example/7", "session_number": "3", "remarks": "Ask about sleep"}


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make):
    return make.actor()


@pytest.fixture
def case(make, member, clinician):
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    return make.case(person, clinician)


@pytest.fixture
def carer(visit, clinician, case):
    return visit(clinician)


@pytest.fixture
def page_of(case):
    return f"/en/people/{case.person_id}/appointments"


@pytest.fixture
def book(carer, case, page_of):
    def send(**form):
        fields = hidden(carer.get(page_of).text)
        return carer.post(f"/en/cases/{case.id}/appointments", fields | FORM | form)

    return send


@pytest.fixture
def now_begun(make, case, clinician):
    starts_at = datetime.now(UTC) - timedelta(minutes=5)
    return make.appointment(case, clinician, Wanted(starts_at, protocol="pe", number=2))


def test_an_appointment_is_made_on_the_page_of_the_person_and_stands_in_the_list(
    carer, case, book, page_of
):
    assert page_of in links(carer.get(f"/en/people/{case.person_id}").text)

    done = book()

    assert done.headers["Location"] == page_of
    for page in (carer.get(page_of).text, carer.get("/en/appointments").text):
        assert "EMDR, session 3" in page and "https://meet.example/7" in page
    listed = carer.get("/en/appointments").text
    assert "10:30" in listed and ">Kept</button>" not in listed  # it is still to come
    assert 'name="session_number" type="text" value="4"' in carer.get(page_of).text


def test_a_refused_form_keeps_what_was_typed_and_asks_even_so_where_it_is_taken(book, edge):
    book()

    page = book(session_number="many")
    assert (
        page.status_code == 422 and "Ask about sleep" in page.text and 'value="many"' in page.text
    )
    page = book()

    assert page.status_code == 422 and "You have another appointment at that time." in page.text
    assert book(double="yes").status_code == 302
    assert edge.count(Appointment) == 2


@pytest.mark.parametrize(
    "form", [{"day": ""}, {"hour": "25:99"}, {"hour": ""}, {"minutes": "x"}, {"mode": "tea"}]
)
def test_what_cannot_be_read_is_refused(book, edge, form):
    assert book(**form).status_code == 422
    assert edge.count(Appointment) == 0


def test_one_click_records_that_it_took_place(carer, now_begun, edge):
    page = carer.get("/en/appointments").text
    assert ">Kept</button>" in page and ">Missed</button>" in page
    way = f"/en/appointments/{now_begun.id}/record"

    done = carer.post(way, {"status": "kept", "version": "1"})

    assert done.headers["Location"] == "/en/appointments"
    assert edge.rows(Appointment)[0].status == "kept"


def test_one_click_records_a_no_show_and_asks_at_once_what_comes_next(carer, now_begun, edge):
    way = f"/en/appointments/{now_begun.id}"

    done = carer.post(f"{way}/record", {"status": "missed", "version": "1"})

    assert done.headers["Location"] == way
    fields = hidden(carer.get(way).text)
    form = {"status": "missed", "step": "new_time", "new_day": SOON, "new_hour": "09:00"}
    version = {"version": fields["version"]}
    carer.post(f"{way}/record", form | version | {"later": "He rang."})
    assert sorted(each.status for each in edge.rows(Appointment)) == ["missed", "planned"]


def test_a_refused_record_keeps_what_was_typed(carer, now_begun):
    form = {"status": "missed", "step": "new_time", "later": "He rang.", "version": "1"}

    page = carer.post(f"/en/appointments/{now_begun.id}/record", form)

    assert page.status_code == 422 and "He rang." in page.text
    late = carer.post(
        f"/en/appointments/{now_begun.id}/record", form | {"step": "contact", "version": "9"}
    )
    assert late.status_code == 409 and "He rang." in late.text


def test_it_is_moved_and_cancelled(carer, book, edge):
    book()
    (row,) = edge.rows(Appointment)
    way = f"/en/appointments/{row.id}"
    fields = hidden(carer.get(way).text)
    assert 'value="10:30"' in carer.get(way).text

    moved = carer.post(f"{way}/change", FORM | {"hour": "16:00", "version": fields["version"]})
    late = carer.post(f"{way}/change", FORM | {"hour": "17:00", "version": fields["version"]})

    assert (moved.status_code, late.status_code) == (302, 409) and 'value="17:00"' in late.text
    assert carer.post(f"{way}/cancel").status_code == 302
    assert edge.rows(Appointment)[0].status == "cancelled"
    assert edge.rows(Appointment)[0].starts_at.hour == 16


def test_the_person_sees_when_and_how_and_nothing_of_what_it_follows(book, visit, member):
    book()
    own = visit(member)

    page = own.get("/en/me/appointments").text

    assert "10:30" in page and "https://meet.example/7" in page and "By video" in page
    assert "EMDR" not in page and "Ask about sleep" not in page
    assert "Your next appointment" in own.get("/en/me/").text


@pytest.mark.parametrize("whose", ["carer", "member"])
def test_a_calendar_file_names_nobody_and_nothing(request, book, visit, member, whose):
    book()
    visitor = visit(member) if whose == "member" else request.getfixturevalue("carer")
    way = "/en/me/appointments/file" if whose == "member" else "/en/appointments/file"

    found = visitor.get(way)

    assert (
        found.mimetype == "text/calendar" and "attachment" in found.headers["Content-Disposition"]
    )
    (event,) = Calendar.from_ical(found.data).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Appointment"
    for telling in (b"Marrow", b"meet.example", b"EMDR"):
        assert telling not in found.data


def test_of_others_there_is_nothing_here(make, visit, now_begun, page_of):
    stranger = visit(make.actor(Role.CLINICIAN))

    assert stranger.get(page_of).status_code == 404
    assert stranger.get(f"/en/appointments/{now_begun.id}").status_code == 404
    assert "Marrow" not in stranger.get("/en/appointments").text
    other = visit(make.actor()).get("/en/me/appointments").text
    assert "No appointments to come" in other
    assert visit(make.actor(Role.COMMANDER)).get("/en/appointments").status_code == 403
