"""Typing in a form twice: what agrees is kept once, what differs is settled from the paper."""

from datetime import time, timedelta

import pytest

from models import vault
from models.instruments.payload import unpack
from models.instruments.summary import read_results
from models.standing import status_of
from models.tables.paper import PaperEntry, PaperForm
from models.tables.people import Person
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, Origin, Role, WindowStatus
from tests.factories import CALM, TODAY
from welfare.errors import AccessDenied, AnswersRefused, InputRefused, RecordNotFound
from welfare.policies.actor import console
from welfare.policies.paper_keeping import Outcome
from welfare.policies.paper_numbers import SIGNS, with_check
from welfare.services import erasure
from welfare.services.erasure import Reason
from welfare.services.paper_keying import Step, find_form, show_form

MIDNIGHT = time(0)
LIGHT = {**CALM, "gad-2": {"1": 1, "2": 0}}


def kept(edge):
    """The one screening, with what is in it."""
    (screening,) = edge.rows(Screening)
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=screening.person_id)
        return screening, unpack(vault.opened(key, screening, "payload"))


def test_two_entries_that_agree_become_the_screening(edge, make, key, member, window):
    assert key().outcome is Outcome.ONCE_MORE
    assert edge.count(Screening) == 0

    assert key(turn=2, actor=make.actor(Role.CLINIC_LEAD)).outcome is Outcome.KEPT

    screening, payload = kept(edge)
    (form,) = edge.rows(PaperForm)
    assert (screening.window_id, screening.origin) == (window.id, Origin.PAPER)
    assert (screening.day, screening.phase) == (TODAY, window.phase)
    assert (payload.rules, payload.part_of) == (window.programme, None)
    assert form.closed_at == make.now
    acts = edge.acts()
    assert (acts[Act.PAPER_KEYED], acts[Act.SCREENING_SENT]) == (2, 1)
    assert len(results_of(edge, member.person_id)["phq-9"]) == 1
    (person,) = edge.rows(Person, Person.id == member.person_id)
    assert person.scheduled_on is None


def results_of(edge, person_id):
    with edge.database.reading() as session:
        person = session.get_one(Person, person_id)
        key = vault.key_for(session, person_id=person_id)
        return read_results(vault.opened(key, person, "summary"))


@pytest.mark.parametrize("changes", [{"answers": LIGHT}, {"hour": MIDNIGHT}, {"day": "before"}])
def test_what_differs_is_shown_and_settled_from_the_paper(
    edge, make, key, settle, clinician, form, changes
):
    if changes.get("day"):
        changes = {"day": TODAY - timedelta(days=1)}
    key()
    assert key(**{"turn": 2, **changes}).outcome is Outcome.DIFFERENT

    shown = edge.look(show_form, actor=clinician, form_id=form.id, at=make.now)
    assert shown.step is Step.SETTLE
    (field,) = shown.differing
    assert field in ("gad-2.1", "hour", "day")
    assert shown.keyings[0].value(field) != shown.keyings[1].value(field)
    assert edge.count(Screening) == 0

    came = settle({"gad-2": {"1": 2}}, day=TODAY - timedelta(days=1), hour=MIDNIGHT)
    assert came.outcome is Outcome.KEPT
    screening, payload = kept(edge)
    assert payload.answers["gad-2"]["1"] == (2 if field == "gad-2.1" else 0)
    assert screening.day == (TODAY - timedelta(days=1) if field == "day" else TODAY)
    assert (payload.answered_at.time() == MIDNIGHT) == (field == "hour")
    assert settle({}).outcome is Outcome.OVER
    assert edge.count(Screening) == 1


def test_a_difference_that_nobody_decided_is_asked_for(key, settle):
    key()
    key(LIGHT, turn=2)

    with pytest.raises(InputRefused) as refused:
        settle({"gad-2": {"2": 1}})

    assert refused.value.problems == {"gad-2.1": "choose"}
    assert settle({"gad-2": {"1": None}}).outcome is Outcome.KEPT


@pytest.mark.parametrize("turn", [1, 2])
def test_the_same_page_sent_twice_is_one_entry(edge, key, turn):
    for number in range(1, turn):
        key(turn=number)
    first, again = key(LIGHT, turn=turn), key(LIGHT, turn=turn)

    assert first.outcome is again.outcome
    assert edge.count(PaperEntry) == turn
    assert edge.count(Screening) == 0


def test_after_the_last_entry_a_second_press_changes_nothing(edge, key):
    key()
    key(turn=2)
    before = edge.contents()

    assert key(turn=2).outcome is Outcome.OVER
    assert edge.contents() == before


def test_two_who_had_the_first_page_open_at_once_have_keyed_it_twice(edge, make, key):
    key(turn=1)

    assert key(turn=1, actor=make.actor(Role.CLINICIAN)).outcome is Outcome.KEPT
    assert [entry.turn for entry in edge.rows(PaperEntry)] == [1, 2]


def test_a_third_entry_does_not_replace_the_two_that_wait_to_be_settled(edge, key):
    key()
    key(LIGHT, turn=2)

    assert key(CALM, turn=2).outcome is Outcome.DIFFERENT
    assert edge.count(PaperEntry) == 2


def test_gaps_are_kept_as_gaps_and_the_second_stage_counts_only_if_asked_or_answered(edge, key):
    gaps = {
        "pc-ptsd-5": {"0": 1, "1": 1, "2": 1, "3": 1},  # three of five: the PCL-5 is asked
        "phq-9": {"1": 3, "2": None},
        "gad-2": {"1": 0, "2": 0},  # the GAD-7 is not
    }

    key(gaps)
    key(gaps, turn=2)

    _screening, payload = kept(edge)
    assert [each.instrument for each in payload.responses] == [
        "pc-ptsd-5",
        "phq-9",
        "gad-2",
        "audit-c",
        "pcl-5",
    ]
    assert payload.response("phq-9").answers["1"] == 3
    assert payload.response("phq-9").result.complete is False
    assert payload.response("audit-c").result.answered == 0
    assert payload.response("pcl-5").result.positive is None


def test_what_a_shorter_form_asked_is_carried_into_the_longer_one(edge, key):
    both = {**CALM, "gad-2": {"1": 2, "2": 3}, "gad-7": {str(n): 1 for n in range(3, 8)}}

    key(both)
    key(both, turn=2)

    _screening, payload = kept(edge)
    assert payload.response("gad-7").result.total == 2 + 3 + 5


@pytest.mark.parametrize(
    "answers",
    [
        {"phq-9": {"1": 4}},
        {"phq-9": {"10": 1}},
        {"gad-7": {"1": 1}},  # asked further up, on the GAD-2
        {"k10": {"1": 1}},
        {"nothing": {"1": 1}},
    ],
)
def test_what_the_form_does_not_offer_is_refused(edge, key, answers):
    with pytest.raises(AnswersRefused):
        key(answers)

    assert edge.count(PaperEntry) == 0


@pytest.mark.parametrize(
    ("day", "hour", "field"),
    [
        (1, None, "day"),
        (0, time(23, 59), "hour"),
        (-5, None, "day"),
        (-1, time(23, 59), None),
        (-1, None, None),
    ],
)
def test_the_day_cannot_be_to_come_or_before_the_form_was_printed(
    edge, make, key, day, hour, field
):
    day = TODAY + timedelta(days=day)
    at = make.now.replace(hour=12)

    if field is None:
        assert key(day=day, hour=hour, at=at).outcome is Outcome.ONCE_MORE
    else:
        with pytest.raises(InputRefused) as refused:
            key(day=day, hour=hour, at=at)
        assert list(refused.value.problems) == [field]


@pytest.mark.parametrize(
    ("answered", "status"),
    [(-15, WindowStatus.IN_WINDOW), (-8, WindowStatus.LATE), (-2, WindowStatus.LATE)],
)
def test_a_late_answer_is_late_by_its_own_day_and_never_turned_away(
    edge, make, member, printed, key, answered, status
):
    window = make.window(
        member.person_id,
        opens_on=TODAY - timedelta(days=60),
        due_by=TODAY - timedelta(days=10),
        closes_on=TODAY - timedelta(days=5),
    )
    form = printed(window_id=window.id, at=make.now - timedelta(days=20))
    day = TODAY + timedelta(days=answered)

    for turn in (1, 2):
        key(form_id=form.id, turn=turn, day=day)

    (stored,) = edge.rows(Window, Window.id == window.id)
    screening, _payload = kept(edge)
    assert screening.day == day
    assert status_of(stored, answered_on=screening.day, today=TODAY) is status


def strangers(make):
    yield make.actor(Role.CLINICIAN, make.unit("A Company", make.root))
    yield make.actor(Role.CLINIC_LEAD, make.unit("Another contingent"))
    for role in set(Role) - {Role.CLINICIAN, Role.CLINIC_LEAD}:
        yield make.actor(role)


def test_numbers_that_lead_nowhere_look_alike(edge, make, clinician, form, member, printed, key):
    finished, erased = printed(), make.person()
    for turn in (1, 2):
        key(form_id=finished.id, turn=turn)
    theirs = printed(window_id=make.window(erased.id).id)
    edge.act(
        erasure.erase_person,
        actor=console(make.root.path),
        person_id=erased.id,
        reason=Reason.ASKED,
        at=make.now,
    )

    unknown = with_check(SIGNS[:7])
    asked = [(clinician, unknown), (clinician, finished.number), (clinician, theirs.number)]
    asked += [(actor, form.number) for actor in [*strangers(make), member]]
    for actor, number in asked:
        with pytest.raises(InputRefused) as refused:
            edge.look(find_form, actor=actor, number=number)
        assert refused.value.problems == {"number": "no_form"}
    assert edge.look(find_form, actor=clinician, number=form.number.lower()) == form.id


def test_a_slip_is_noticed_before_anything_is_looked_up(edge, clinician, form):
    slip = form.number[:-1] + next(sign for sign in SIGNS if sign != form.number[-1])

    def look(session):
        with pytest.raises(InputRefused) as refused:
            find_form(session, actor=clinician, number=slip)
        assert refused.value.problems == {"number": "slip"}

    assert edge.queries(look) == 0


def test_nobody_else_types_in_settles_or_sees_what_was_typed(edge, make, key, settle, form, member):
    key()
    key(LIGHT, turn=2)
    for actor in [*strangers(make), member]:
        with pytest.raises(AccessDenied):
            edge.look(show_form, actor=actor, form_id=form.id, at=make.now)
        with pytest.raises(AccessDenied):
            key(actor=actor)
        with pytest.raises(AccessDenied):
            settle({}, actor=actor)
    with pytest.raises(RecordNotFound):
        key(form_id=member.person_id)


def test_who_types_in_second_is_not_shown_the_first_entry(edge, make, key, clinician, form):
    key()

    shown = edge.look(show_form, actor=clinician, form_id=form.id, at=make.now)

    assert (shown.step, shown.keyings, shown.differing) == (Step.SECOND, (), ())
    assert shown.is_own_first
