"""Lists and records around a part sent early: shown once, counted once, still due."""

from collections import Counter
from datetime import date, timedelta

import pytest

from analytics.extract import positive
from models.tables.care import Alert, Case
from models.tables.people import Person
from models.tables.screenings import Window
from tests.factories import CALM, CRITICAL, TODAY
from tests.services.early_parts.endings import whole
from welfare.services.drafts import read_progress
from welfare.services.early_parts import send_critical_parts
from welfare.services.own_record import read_history
from welfare.services.records import read_record
from welfare.services.windows import list_due
from welfare.services.work_list import read_work_list


def test_the_draft_knows_who_has_been_told(edge, sent, drafted):
    given = {key: sent[key] for key in ("actor", "window_id", "at")}
    before = edge.look(read_progress, **given, today=TODAY)
    edge.act(send_critical_parts, **sent)
    after = edge.look(read_progress, **given, today=TODAY)

    (alert,) = edge.rows(Alert)
    assert (before.untold, before.early.alert) == (("phq-9.9",), None)
    assert (after.untold, after.early.alert.id) == ((), alert.id)
    assert after.critical_items == ("phq-9.9",)


def test_history_and_record_show_the_same_answers_once(edge, sent, drafted, member, clinician):
    edge.act(send_critical_parts, **sent)
    alone = edge.look(read_history, actor=member, at=sent["at"])
    whole(edge, sent)

    history = edge.look(read_history, actor=member, at=sent["at"])
    view = edge.look(read_record, actor=clinician, person_id=member.person_id, at=sent["at"])

    assert [each.payload.part_of for each in alone.screenings] == [sent["window_id"]]
    assert [each.payload.part_of for each in history.screenings] == [None]
    assert Counter(each.is_repeat for each in view.screenings) == {True: 1, False: 1}


def test_a_part_sent_early_is_no_point_in_the_work_list(edge, sent, drafted, clinician):
    edge.act(send_critical_parts, **sent)
    given = {"actor": clinician, "today": TODAY, "at": sent["at"]}
    (before,) = edge.look(read_work_list, **given)
    whole(edge, sent)
    (after,) = edge.look(read_work_list, **given)

    assert before.results == {}
    assert len(after.results["phq-9"]) == 1


def test_a_part_sent_early_leaves_the_window_due_and_counts_in_no_figure(
    edge, sent, save, member, watched
):
    save("phq-9", {str(number): 3 for number in range(1, 10)})
    edge.act(send_critical_parts, **sent)

    due = edge.look(list_due, actor=member, today=TODAY, at=sent["at"])
    year = {
        "first": date(TODAY.year, 1, 1),
        "last": date(TODAY.year, 12, 31),
        "among": {member.person_id},
    }
    before = edge.look(positive, **year)
    whole(edge, sent, CRITICAL | {"phq-9": {str(number): 3 for number in range(1, 10)}})
    after = edge.look(positive, **year)

    assert [each.window.id for each in due.due] == [sent["window_id"]]
    assert (before, after) == (set(), {member.person_id})
    assert edge.count(Case) == 1


def test_the_list_of_what_is_due_says_what_was_begun_and_who_knows(edge, sent, drafted, member):
    given = {"actor": member, "today": TODAY, "at": sent["at"]}
    (before,) = edge.look(list_due, **given).due
    edge.act(send_critical_parts, **sent)
    (after,) = edge.look(list_due, **given).due

    assert (before.begun.untold, before.begun.saved_at) == (("phq-9.9",), sent["at"])
    assert (after.begun.untold, after.begun.early.alert.is_live) == ((), True)


def test_the_list_of_what_is_due_takes_as_many_queries_for_many_drafts(
    edge, sent, drafted, save, member, make
):
    given = {"actor": member, "today": TODAY, "at": sent["at"]}
    with_one = edge.queries(list_due, **given)
    for code in ("b", "c", "d"):
        another = make.window(member.person_id, code=code)
        save("phq-9", CRITICAL["phq-9"], window_id=another.id)

    assert edge.queries(list_due, **given) == with_one


def test_an_older_window_with_an_untold_critical_answer_stays_in_sight(
    edge, sent, save, member, make
):
    stay = make.deployment(_person(edge, member))
    older = {"deployment_id": stay.id, "code": "return"}
    old = make.window(member.person_id, **older)
    make.window(member.person_id, deployment_id=stay.id, code="yearly")
    given = {"actor": member, "today": TODAY, "at": sent["at"]}
    save("phq-9", CRITICAL["phq-9"], window_id=old.id)
    with make.kept() as session:
        session.get_one(Window, old.id).closes_on = TODAY - timedelta(days=1)

    shown = {each.window.id for each in edge.look(list_due, **given).over}
    edge.act(send_critical_parts, **sent | {"window_id": old.id})
    later = {each.window.id for each in edge.look(list_due, **given).over}

    assert old.id in shown
    assert old.id not in later


@pytest.mark.parametrize("answers", [CRITICAL["phq-9"], {"9": 2}])
def test_a_window_that_has_closed_keeps_its_untold_answer_in_sight_until_it_is_told(
    edge, sent, save, member, answers
):
    save("phq-9", answers)
    later = {"at": sent["at"] + timedelta(days=200)}
    given = {"actor": member, "today": TODAY + timedelta(days=200), **later}

    before = edge.look(list_due, **given)
    edge.act(send_critical_parts, **sent | later)
    after = edge.look(list_due, **given)

    assert [each.window.id for each in before.over] == [sent["window_id"]]
    assert (before.due, after.due, after.over) == ((), (), ())
    assert edge.count(Alert) == 1


def test_a_calm_draft_of_a_window_that_has_closed_is_not_shown(edge, sent, save, member):
    save("phq-9", CALM["phq-9"])
    at = sent["at"] + timedelta(days=200)

    found = edge.look(list_due, actor=member, today=TODAY + timedelta(days=200), at=at)

    assert (found.due, found.over) == ((), ())


def test_closed_windows_with_drafts_take_no_more_queries(edge, sent, save, member, make):
    given = {"actor": member, "today": TODAY, "at": sent["at"]}
    save("phq-9", CRITICAL["phq-9"])
    with_one = edge.queries(list_due, **given)
    old = make.window(member.person_id, code="b")
    save("phq-9", CRITICAL["phq-9"], window_id=old.id)
    with make.kept() as session:
        stored = session.get_one(Window, old.id)
        stored.opens_on -= timedelta(days=900)
        stored.due_by -= timedelta(days=900)
        stored.closes_on -= timedelta(days=900)

    assert edge.queries(list_due, **given) == with_one
    assert [each.window.id for each in edge.look(list_due, **given).over] == [old.id]


def _person(edge, actor):
    (person,) = edge.rows(Person, Person.id == actor.person_id)
    return person
