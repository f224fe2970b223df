"""Entered in error: kept and shown struck through; counted nowhere; its window is free again."""

from collections import Counter
from uuid import uuid4

import pytest

from models import vault
from models.early_parts import early_parts
from models.instruments.summary import read_results
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.paper import EnteredInError
from models.tables.people import Person
from models.tables.screenings import Draft, Screening
from models.vocabulary import Act, AlertStatus, Role
from tests.factories import CALM, CRITICAL, TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.mistakes import MistakeReason
from welfare.services import drafts
from welfare.services.early_parts import send_critical_parts
from welfare.services.entered_in_error import ask
from welfare.services.own_record import read_history
from welfare.services.records import read_record
from welfare.services.windows import list_due
from welfare.services.work_list import read_work_list

WORDS = "Tomas Renner filled in the sheet of his brother."
HIGH = {**CALM, "gad-2": {"1": 2, "2": 0}}


def results_of(edge, person_id):
    with edge.database.reading() as session:
        person = session.get_one(Person, person_id)
        key = vault.key_for(session, person_id=person_id)
        return read_results(vault.opened(key, person, "summary"))


def test_it_stays_with_who_when_and_why_and_the_reason_is_sealed(edge, make, send, mark, clinician):
    screening = send()

    mark(screening.id, reason="other", words=WORDS)

    (kept,), (note,) = edge.rows(Screening), edge.rows(EnteredInError)
    assert (kept.window_id, note.window_id) == (None, screening.window_id)
    assert kept.submission_id == screening.submission_id
    assert edge.acts()[Act.SCREENING_IN_ERROR] == 1
    assert WORDS not in repr(edge.contents(but=()))
    seen = edge.look(read_record, actor=clinician, person_id=kept.person_id, at=make.now)
    (shown,) = seen.screenings
    assert (shown.mistake.at, shown.mistake.reason) == (make.now, MistakeReason.OTHER)
    assert shown.mistake.by.startswith("Adan Marrow") and shown.mistake.words == WORDS


def test_the_member_sees_it_struck_through_with_who_and_when(edge, make, send, mark, member):
    screening = send()
    mark(screening.id)

    history = edge.look(read_history, actor=member, at=make.now)

    (past,) = history.screenings
    assert past.mistake_on == make.now.date()
    assert past.mistake_by.startswith("Adan Marrow")


def test_results_are_those_of_what_remains(edge, send, mark, member, earlier_window):
    first = send(HIGH, window_id=earlier_window.id, days_ago=30)
    wrong = send(CRITICAL)
    assert [point.total for point in results_of(edge, member.person_id)["gad-2"]] == [2, 0]

    mark(wrong.id)
    assert [point.total for point in results_of(edge, member.person_id)["gad-2"]] == [2]

    mark(first.id)
    assert results_of(edge, member.person_id) == {}


def test_the_list_shows_no_result_of_it(edge, make, send, mark, clinician):
    screening = send(HIGH)
    mark(screening.id)

    rows = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert [dict(row.results) for row in rows] == [{}]


def test_its_window_is_free_again_and_can_be_answered_anew(edge, make, send, mark, member, window):
    wrong = send()
    asked = {"actor": member, "today": TODAY, "at": make.now}
    assert edge.look(list_due, **asked).due == ()

    mark(wrong.id)

    assert [each.window.id for each in edge.look(list_due, **asked).due] == [window.id]
    (person,) = edge.rows(Person, Person.id == member.person_id)
    assert person.scheduled_on is None
    assert send(HIGH).window_id == window.id
    assert len(results_of(edge, member.person_id)["gad-2"]) == 1


def test_its_alert_stays_open_and_new_answers_ring_a_new_bell(edge, send, mark, make, clinician):
    wrong = send(CRITICAL)
    assert edge.look(ask, actor=clinician, screening_id=wrong.id, at=make.now).has_alert

    mark(wrong.id)
    (alert,) = edge.rows(Alert)
    assert (alert.status, alert.closed_at) == (AlertStatus.RAISED, None)

    send(CRITICAL)
    assert edge.count(Alert) == 2


def test_a_part_that_was_sent_before_it_goes_with_it(edge, make, send, mark, member, window):
    given = {"actor": member, "window_id": window.id, "at": make.now}
    edge.act(
        drafts.save_part,
        **given,
        part="phq-9",
        answers=CRITICAL["phq-9"],
        today=TODAY,
        page=drafts.Page(mark=1),
    )
    part = edge.act(send_critical_parts, **given, language="en")
    (draft,) = edge.rows(Draft)
    whole = send(CRITICAL, checked=draft.version)

    mark(whole.id)

    marked = {each.screening_id: each.window_id for each in edge.rows(EnteredInError)}
    assert marked == {whole.id: window.id, part.id: None}
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=member.person_id)
        assert early_parts(session, person_id=member.person_id, data_key=key) == {}


def test_marking_again_changes_nothing_and_it_is_not_asked_again(edge, make, send, mark, clinician):
    screening = send()
    mark(screening.id)
    before = edge.contents()

    mark(screening.id, reason="twice")

    assert edge.contents() == before
    with pytest.raises(MoveNotAllowed):
        edge.look(ask, actor=clinician, screening_id=screening.id, at=make.now)


@pytest.mark.parametrize(
    ("reason", "words", "problems"),
    [
        ("", "", {"reason": "choose"}),
        ("because", "", {"reason": "choose"}),
        ("other", "", {"words": "empty"}),
        ("twice", "x" * 501, {"words": "too_long"}),
    ],
)
def test_without_a_reason_nothing_is_marked(edge, send, mark, reason, words, problems):
    screening = send()

    with pytest.raises(InputRefused) as refused:
        mark(screening.id, reason=reason, words=words)

    assert refused.value.problems == problems
    assert edge.count(EnteredInError) == 0


def test_the_longest_words_in_any_script_find_room(edge, send, mark):
    mark(send().id, reason="other", words="\U0001f54a" * 500)

    assert edge.count(EnteredInError) == 1


def test_only_who_cares_for_the_person_may_and_nobody_for_themselves(
    edge, make, send, mark, member, clinician
):
    screening = send()
    others = [make.actor(role) for role in Role] + [
        make.actor(Role.CLINICIAN, make.unit("Elsewhere")),
        member,
    ]
    own = make.screening(_person(make, clinician))
    make.case(_person(make, clinician), clinician)

    for actor, wanted in [*((actor, screening) for actor in others), (clinician, own)]:
        with pytest.raises(AccessDenied):
            mark(wanted.id, actor=actor)
        with pytest.raises(AccessDenied):
            edge.look(ask, actor=actor, screening_id=wanted.id, at=make.now)
    with pytest.raises(RecordNotFound):
        mark(uuid4())
    assert edge.count(EnteredInError) == 0


def _person(make, actor):
    with make.database.reading() as session:
        return session.get_one(Person, actor.person_id)


def test_asking_is_reading_the_record(edge, make, send, clinician):
    screening = send()
    before = Counter(edge.acts())

    edge.look(ask, actor=clinician, screening_id=screening.id, at=make.now)

    assert Counter(edge.acts()) - before == Counter([Act.RECORD_READ])
    (event,) = edge.rows(AuditEvent, AuditEvent.act == Act.RECORD_READ)
    assert event.person_id == screening.person_id
