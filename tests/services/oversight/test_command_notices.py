"""What command is told: chosen from lists, word for word, seen by the person."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.notices import CommandNotice, DelayedNotice
from models.vocabulary import Act, Channel, CommandAsk, Ground, Role
from welfare.errors import AccessDenied, InputRefused
from welfare.policies import command_words
from welfare.policies.command_words import Speech, Told
from welfare.services import command_notices, reviews
from welfare.services.command_notices import list_own, preview, tell

PLAIN = Speech("en", say=lambda text: text, day=lambda day: day.isoformat())


@pytest.fixture
def told_to(make):
    def made(**given):
        usual = {"ground": "harm_self", "asks": ("weapons", "contact"), "to": "Major Reed"}
        usual |= {"until_day": make.now.date() + timedelta(days=7), "channel": "phone"}
        return Told(**usual | given)

    return made


@pytest.fixture
def telling(it, make, edge, told_to):
    def act(actor=it.carer, notice_id=None, delay=None, service=tell, **given):
        asked = {"actor": actor, "person_id": it.person.id, "speech": PLAIN, "at": make.now}
        asked |= {"told": told_to(**given), "delay": delay}
        if service is preview:
            return edge.look(preview, **asked)
        return edge.act(tell, **asked, notice_id=notice_id or uuid4())

    return act


def own(it, edge, at):
    return edge.look(list_own, actor=it.member, at=at)


def test_the_preview_is_word_for_word_what_is_kept_and_what_the_person_reads(
    it, make, edge, telling, said, told
):
    shown = telling(service=preview).sentences

    notice = telling()

    (mine,) = own(it, edge, make.now)
    assert shown == tuple(said(notice, "content")["sentences"]) == mine.sentences
    assert (mine.to, mine.channel) == ("Major Reed", Channel.PHONE)
    assert mine.by.startswith("Adan Marrow") and not mine.was_delayed
    assert told() == [it.member.account_id]
    assert edge.acts()[Act.COMMAND_TOLD] == 1
    assert Act.COMMAND_TOLD in {each.act for each in it.readers()}


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("ask", CommandAsk)
def test_everything_that_is_told_comes_from_closed_lists(make, ground, ask):
    told = Told(ground, (ask,), make.now.date(), "CANARY", "phone")

    found = command_words.compose(told, name="NAME", number="NUMBER", speech=PLAIN)

    allowed = {command_words.ABOUT, command_words.UNTIL, command_words.NO_MORE}
    allowed |= set(command_words.GROUNDS.values()) | set(command_words.ASKS.values())
    filled = {
        each.format(name="NAME", number="NUMBER", day=make.now.date().isoformat())
        for each in allowed
    }
    assert set(found) <= filled and len(found) == 5
    assert "CANARY" not in " ".join(found)


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"ground": "gossip"}, {"ground": "choose"}),
        ({"ground": "other"}, {"ground": "lead_only"}),
        ({"asks": ()}, {"asks": "choose"}),
        ({"asks": ("contact", "Tell me all")}, {"asks": "choose"}),
        ({"until_day": None}, {"told_until": "not_a_date"}),
        ({"to": " "}, {"to": "needed"}),
        ({"to": "x" * 201}, {"to": "too_long"}),
        ({"channel": "pigeon"}, {"channel": "choose"}),
    ],
)
def test_nothing_else_can_be_told(telling, edge, given, problems):
    for service in (preview, tell):
        with pytest.raises(InputRefused) as refused:
            telling(service=service, **given)
        assert refused.value.problems == problems
    assert edge.count(CommandNotice) == 0


@pytest.mark.parametrize("days", [-1, 181])
def test_it_holds_for_at_most_180_days(telling, make, days):
    with pytest.raises(InputRefused):
        telling(until_day=make.now.date() + timedelta(days=days))


def test_only_a_clinic_lead_in_charge_decides_another_ground(it, make, telling):
    with pytest.raises(AccessDenied):
        telling(it.lead, ground="other")
    make.case(it.person, it.lead)

    assert telling(it.lead, ground="other").by_id == it.lead.account_id


def test_nobody_else_tells_command(it, make, telling):
    second = make.actor(Role.CLINICIAN)
    make.case(it.person, make.actor(Role.CLINICIAN), second_id=second.account_id)
    it.break_glass()
    others = [make.actor(role) for role in Role]

    for actor in (it.opener, it.lead, it.officer, second, *others):
        with pytest.raises(AccessDenied):
            telling(actor)


def test_a_form_that_is_sent_twice_is_one_notice(telling, edge):
    notice_id = uuid4()

    first, second = telling(notice_id=notice_id), telling(notice_id=notice_id)

    assert first.id == second.id and edge.count(CommandNotice) == 1


def test_it_can_be_shown_later_with_a_second_persons_yes(it, make, edge, telling, wish, told):
    telling(delay=wish())
    (delay,) = edge.rows(DelayedNotice)
    assert told() == [it.officer.account_id]
    assert own(it, edge, make.now) == []
    assert Act.COMMAND_TOLD not in {each.act for each in it.readers()}

    given = {"delay_id": delay.id, "words": "No danger.", "at": make.now}
    edge.act(reviews.review_delay, actor=it.officer, decision="no", **given)

    (mine,) = own(it, edge, make.now)
    assert mine.was_delayed and mine.decided_by and mine.at == make.now
    assert Act.COMMAND_TOLD in {each.act for each in it.readers()}


def test_nobody_elses_notices_are_ones_own(it, make, edge, telling):
    telling()

    assert edge.look(list_own, actor=make.actor(), at=make.now) == []
    with pytest.raises(AccessDenied):
        edge.look(list_own, actor=it.carer, at=make.now)


def test_a_language_is_told_in_its_own_words(it, make, edge, told_to):
    loud = Speech("xx", say=lambda text: f"« {text} »", day=lambda day: day.isoformat())
    found = edge.look(
        command_notices.preview,
        actor=it.carer,
        person_id=it.person.id,
        told=told_to(until_day=None, asks=("contact",)),
        speech=loud,
        at=make.now,
    )

    assert found.sentences[-2] == "« Please call the clinic. »"
