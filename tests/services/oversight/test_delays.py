"""The person is told later only with a reason, a last day and a second person's yes."""

from datetime import timedelta

import pytest

from models.tables.notices import DelayedNotice
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.policies import reading_log
from welfare.policies.actor import Machine, console
from welfare.services import exports, oversight_rounds, own_record, reviews

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def decide(it, edge, make):
    def decided(decision, actor=it.officer, at=make.now, words="I agree."):
        (delay,) = edge.rows(DelayedNotice)
        given = {"delay_id": delay.id, "decision": decision, "words": words, "at": at}
        return edge.act(reviews.review_delay, actor=actor, **given)

    return decided


def seen(it, at):
    """What the person sees of the opener."""
    return [each for each in it.readers(at) if each.reader_id == it.opener.account_id]


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"reason": ""}, {"delay_reason": "choose"}),
        ({"words": " "}, {"delay_words": "empty"}),
        ({"until_day": None}, {"delay_until": "not_within_delay"}),
    ],
)
def test_a_delay_needs_a_reason_words_and_a_day(it, wish, given, problems):
    with pytest.raises(InputRefused) as refused:
        it.break_glass(delay=wish(**given))

    assert refused.value.problems == problems


@pytest.mark.parametrize("days", [0, 31])
def test_a_delay_lasts_from_one_to_thirty_days(it, make, wish, days):
    with pytest.raises(InputRefused):
        it.break_glass(delay=wish(until_day=make.now.date() + days * DAY))


def test_until_it_is_decided_the_person_sees_neither_the_opening_nor_what_was_read(
    it, make, wish, told
):
    it.break_glass(delay=wish())
    it.read()

    assert seen(it, make.now) == []
    assert it.member.account_id not in told()


def test_what_others_do_meanwhile_is_seen_at_once(it, make, wish):
    it.break_glass(delay=wish())
    it.read(it.carer)

    assert {each.reader_id for each in it.readers()} == {it.carer.account_id}


def test_without_a_decision_in_time_the_person_sees_it_and_is_told(it, make, wish, edge, told):
    it.break_glass(delay=wish())
    it.read()
    told()
    late = make.now + 72 * HOUR

    assert edge.act(oversight_rounds.tell_people, by=Machine(), at=late - HOUR) == 0
    assert edge.act(oversight_rounds.tell_people, by=Machine(), at=late) == 1

    found = seen(it, late)
    assert {each.act for each in found} == {Act.GLASS_BROKEN, Act.RECORD_READ}
    assert all(each.was_delayed and not each.decided_by for each in found)
    assert all(each.last_at == make.now for each in found)
    assert told() == [it.member.account_id]
    assert edge.act(oversight_rounds.tell_people, by=Machine(), at=late + DAY) == 0


def test_a_no_shows_it_at_once(it, make, wish, decide):
    it.break_glass(delay=wish())

    decide("no")

    (found,) = seen(it, make.now)
    assert found.act is Act.GLASS_BROKEN and found.decided_by.startswith("Adan Marrow")


def test_a_yes_hides_it_to_the_last_day_and_no_longer(it, make, wish, decide):
    it.break_glass(delay=wish())
    decide("yes")
    end = make.now.replace(hour=0, minute=0, second=0, microsecond=0) + 11 * DAY

    assert seen(it, make.now + 4 * DAY) == [] == seen(it, end - timedelta(seconds=1))
    (found,) = seen(it, end)
    assert found.last_at == make.now and found.was_delayed and found.decided_by


def test_neither_the_asker_nor_anybody_else_decides_and_a_late_yes_is_worth_nothing(
    it, make, wish, decide
):
    it.break_glass(it.lead, delay=wish())

    for actor in (it.lead, it.carer, make.actor(Role.ADMINISTRATOR), make.actor(Role.COMMANDER)):
        with pytest.raises(AccessDenied):
            decide("yes", actor)
    with pytest.raises(InputRefused):
        decide("maybe")
    with pytest.raises(InputRefused):
        decide("yes", words="")
    with pytest.raises(MoveNotAllowed):
        decide("yes", at=make.now + 72 * HOUR)
    decide("yes")
    with pytest.raises(MoveNotAllowed):
        decide("no")


def test_it_stands_on_the_list_of_reviews_until_it_is_decided(it, make, wish, edge, decide):
    it.break_glass(delay=wish())
    look = {"actor": it.officer, "at": make.now}

    (waiting,) = edge.look(reviews.list_reviews, **look).delays
    decide("yes")

    assert waiting.words == "He said what he would do." and not waiting.is_about_command
    assert edge.look(reviews.list_reviews, **look).delays == ()
    assert seen(it, make.now) == []
    assert it.officer.account_id not in {each.reader_id for each in it.readers()}


def test_the_own_export_holds_back_what_the_pages_hold_back(it, make, wish, edge, decide):
    it.break_glass(delay=wish())
    it.read()
    given = {**exports_by(make), "person_id": it.person.id, "at": make.now}

    before = edge.act(exports.export_person, **given)
    decide("no")
    after = edge.act(exports.export_person, **given)

    acts = {each["act"] for each in before["trail"]}
    assert before["emergency_openings"] == [] and "emergency.opened" not in acts
    (opening,) = after["emergency_openings"]
    assert (opening["reason"], opening["delay"]["is_upheld"]) == ("danger", False)
    assert "emergency.opened" in {each["act"] for each in after["trail"]}


def exports_by(make):
    return {"actor": console(make.root.path), "with_notes": False}


def test_the_list_costs_the_same_with_openings_delays_and_without(it, make, wish, edge):
    look = {"actor": it.member, "at": make.now}
    it.read(it.carer)
    plain = edge.queries(own_record.list_readers, **look)
    it.break_glass(delay=wish())
    it.break_glass(it.lead)

    assert edge.queries(own_record.list_readers, **look) == plain


def test_what_was_delayed_is_shown_however_much_has_come_since(it, make, wish, monkeypatch):
    monkeypatch.setattr(reading_log, "SHOWN", 1)
    it.break_glass(delay=wish())
    it.read(it.carer, make.now + DAY)

    found = it.readers(make.now + 4 * DAY)

    assert [(each.reader_id, each.act) for each in found] == [
        (it.opener.account_id, Act.GLASS_BROKEN)
    ]
