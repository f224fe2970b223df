"""Notes on the person page: signed once, added to, and begun with the newest result."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from models.tables.audit import AuditEvent
from models.tables.care import Note
from models.vocabulary import Act, Role
from tests.answered import answered
from tests.factories import CALM, CRITICAL, TODAY
from tests.web.pages import hidden
from welfare.policies.booked import Wanted
from welfare.services.drafts import Page, save_part
from welfare.services.early_parts import send_critical_parts

WORDS = "Spoke at length about the river."
WRITTEN = re.compile(r"<textarea[^>]*>\n?(.*?)</textarea>", re.DOTALL)
FORM = re.compile(r'<form [^>]*action="[^"]*/notes(?:#notes)?".*?</form>', re.DOTALL)


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def case(make, person, clinician):
    return make.case(person, clinician)


@pytest.fixture
def carer(visit, clinician, case):
    return visit(clinician)


def forms_on(page):
    """Of each form that signs something: its hidden fields, and what stands in it already."""
    found = FORM.findall(page.text)
    written = [
        unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", form, re.DOTALL)[1])
        for form in found
    ]
    return list(zip(map(hidden, found), written, strict=True))


def sign(carer, case, **form):
    return carer.post(f"/en/cases/{case.id}/notes", {"person": str(case.person_id), **form})


def record(case):
    return f"/en/people/{case.person_id}"


def begin(carer, case, what, **form):
    return sign(carer, case, begin=what, **form)


def test_a_form_that_is_sent_twice_signs_once(carer, case, edge):
    ((fields, _written),) = forms_on(carer.get(record(case)))

    answers = [sign(carer, case, words=WORDS, **fields) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [record(case)] * 2
    assert edge.count(Note) == 1


def test_other_words_in_a_used_form_are_kept_on_the_page_and_can_be_signed_then(carer, case, edge):
    ((fields, _written),) = forms_on(carer.get(record(case)))
    sign(carer, case, words=WORDS, **fields)

    page = sign(carer, case, words="Something else.", **fields)

    assert page.status_code == 422 and "<title>Error:" in page.text
    assert "This form has signed other words already." in page.text
    (again, written), _addition = forms_on(page)
    assert written == "Something else." and again["note_id"] != fields["note_id"]
    sign(carer, case, words=written, **again)
    assert edge.count(Note) == 2


def test_an_addition_stands_below_its_note_with_who_and_when(carer, case, edge):
    sign(carer, case, words=WORDS)
    _new, (fields, _written) = forms_on(carer.get(record(case)))

    done = sign(carer, case, words="Called again.", **fields)

    page = carer.get(done.headers["Location"]).text
    first, second = sorted(edge.rows(Note), key=lambda note: note.addendum_to is not None)
    assert second.addendum_to == first.id
    assert (
        page.index(WORDS) < page.index("Addition", page.index(WORDS)) < page.index("Called again.")
    )
    assert page.count("Add to this note") == 1


def test_a_refused_addition_stays_open_with_what_was_entered(carer, case, edge):
    sign(carer, case, words=WORDS)
    _new, (fields, _written) = forms_on(carer.get(record(case)))

    page = sign(carer, case, words="w" * 8001, **fields)

    (_fields, new), (_again, kept) = forms_on(page)
    assert (page.status_code, new, kept) == (422, "", "w" * 8001)
    assert "</span> This is too long.</p>" in page.text
    assert 'href="#addition"' in page.text and 'id="addition"' in page.text
    assert edge.count(Note) == 1


def test_whoever_does_not_look_after_the_person_adds_nothing(carer, case, visit, make, edge):
    sign(carer, case, words=WORDS)
    (note,) = edge.rows(Note)
    stranger = visit(make.actor(Role.CLINICIAN))

    refused = sign(stranger, case, words="Mine.", addendum_to=str(note.id))

    assert refused.status_code == 404
    assert edge.count(Note) == 1


def test_a_note_begins_with_the_newest_result_and_nothing_is_signed(
    carer, case, make, person, edge
):
    answered(make, person, CALM, day=TODAY - timedelta(days=90))
    answered(make, person, CRITICAL | {"gad-2": {"1": 3, "2": 3}})
    assert 'name="begin" value="newest"' in carer.get(record(case)).text

    ((_fields, written),) = forms_on(begin(carer, case, "newest"))

    assert written.splitlines() == [
        f"{TODAY.day} {TODAY:%B} {TODAY.year}",
        "PC-PTSD-5: Total 0 of 5. Below cut-point. Since the last one: no change.",
        "PHQ-9: Total 1 of 27. Below cut-point. Since the last one: no reliable change.",
        "GAD-2: Total 6 of 6. At or above cut-point. "
        "Since the last one: worse by 6 (no threshold known).",
        "AUDIT-C: Total 0 of 12. Below cut-point. Since the last one: no change.",
    ]
    assert edge.count(Note) == 0
    assert {event.act for event in edge.rows(AuditEvent)} == {Act.RECORD_READ}


def test_without_a_result_there_is_nothing_to_begin_with(carer, case):
    page = begin(carer, case, "newest")

    ((_fields, written),) = forms_on(page)
    assert written == "" and 'value="newest"' not in page.text


def test_what_was_typed_stays_above_what_the_note_is_begun_with(carer, case, edge):
    page = begin(carer, case, "first_talk", words=WORDS)

    ((fields, written),) = forms_on(page)
    assert page.status_code == 200 and edge.count(Note) == 0
    assert written.startswith(f"{WORDS}\n\nFirst talk, ")
    again = begin(carer, case, "closing", words=written, **fields)
    ((_fields, both),) = forms_on(again)
    assert both.startswith(written) and "End of care, " in both


def test_a_note_of_a_session_takes_what_it_follows_and_its_number_from_the_appointment(
    carer, case, make, clinician
):
    starts_at = datetime.now(UTC) - timedelta(hours=1)
    wanted = Wanted(starts_at, protocol="pe", number=4)
    make.appointment(case, clinician, wanted)

    ((_fields, written),) = forms_on(begin(carer, case, "session"))

    assert written.startswith("Prolonged exposure (PE), session 4, ")


def test_a_form_that_was_not_complete_and_a_part_sent_early_are_said_as_they_are(
    carer, case, make, visit, clinician, edge
):
    member = make.actor()
    window = make.window(member.person_id)
    own = {"actor": member, "window_id": window.id, "at": make.now}
    left = CRITICAL["phq-9"] | {"1": None}
    edge.act(save_part, **own, part="phq-9", answers=left, today=TODAY, page=Page(mark=1))
    edge.act(send_critical_parts, **own, language="en")
    with make.database.reading() as session:
        theirs = make.case(session.get_one(type(make.person()), member.person_id), clinician)

    ((_fields, written),) = forms_on(begin(carer, theirs, "newest"))

    assert written.splitlines()[1:] == [
        "PHQ-9: Not complete: no total. Below cut-point. Since the last one: not known."
    ]
