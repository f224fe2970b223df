"""Asking why somebody opened the own record, and what comes back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.notices import EntryQuestion
from models.tables.people import Person
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.policies.actor import Machine
from welfare.policies.reading_log import Why
from welfare.services import entry_questions, oversight_rounds
from welfare.services.own_record import list_readers
from welfare.services.records import read_record

DAY = timedelta(days=1)


@pytest.fixture
def asking(it, edge, make):
    def ask(question_id=None, words="Why did he look?"):
        (reading,) = (each for each in it.readers() if each.act is Act.RECORD_READ)
        given = {"actor": it.member, "reading": reading, "words": words, "at": make.now}
        return edge.act(entry_questions.ask_question, **given, question_id=question_id or uuid4())

    it.read(it.carer)
    return ask


@pytest.fixture
def reply(edge, make):
    def act(actor, question, words="He looks after you.", at=make.now):
        given = {"question_id": question.id, "words": words, "at": at}
        return edge.act(entry_questions.reply, actor=actor, **given)

    return act


def listed(edge, actor, make):
    return edge.look(entry_questions.list_questions, actor=actor, at=make.now)


def test_each_line_says_why_as_far_as_it_can_be_known(it, make, edge):
    it.read(it.carer)
    it.break_glass()

    whys = {(each.reader_id, each.act): each.why for each in it.readers()}

    assert whys[it.carer.account_id, Act.RECORD_READ] is Why.CARE
    assert whys[it.opener.account_id, Act.GLASS_BROKEN] is Why.EMERGENCY


def test_the_officer_sees_reader_role_act_day_and_words_and_no_name(it, make, edge, asking, told):
    asking()

    (found,) = listed(edge, it.officer, make)

    assert found.reader.startswith("Adan Marrow")
    assert (found.role, found.act, found.day) == (
        Role.CLINICIAN,
        Act.RECORD_READ,
        make.now.date(),
    )
    assert found.words == "Why did he look?"
    assert found.who == f"#{it.person.id.hex[-8:]}"
    assert told() == [it.officer.account_id]
    assert edge.acts()[Act.QUESTION_ASKED] == 1


def test_the_person_reads_the_reply_beside_the_line(it, make, asking, reply, told, said):
    question = asking()
    told()

    reply(it.officer, question)

    (line,) = (each for each in it.readers() if each.question is not None)
    assert line.question.reply == "He looks after you." and line.question.replied_at == make.now
    assert told() == [it.member.account_id]
    assert said(question, "question") == "Why did he look?"


def test_doubled_forms_ask_once(edge, asking):
    question_id = uuid4()

    asking(question_id), asking(question_id), asking()

    assert edge.count(EntryQuestion) == 1


@pytest.mark.parametrize("is_same_form", [True, False])
def test_other_words_about_a_line_that_was_asked_are_given_back(edge, asking, is_same_form):
    first = asking()

    with pytest.raises(InputRefused) as refused:
        asking(first.id if is_same_form else None, words="And who sent him?")

    assert refused.value.problems == {"words": "asked_already"}
    assert edge.count(EntryQuestion) == 1


@pytest.mark.parametrize(("words", "code"), [(" ", "empty"), ("x" * 1001, "too_long")])
def test_a_question_and_a_reply_have_words(it, asking, reply, words, code):
    with pytest.raises(InputRefused) as refused:
        asking(words=words)
    assert refused.value.problems == {"words": code}

    with pytest.raises(InputRefused):
        reply(it.officer, asking(), words=words)


def test_only_the_officer_replies_never_the_reader_nor_the_person_and_once(
    it, make, edge, asking, reply
):
    question = asking()
    others = [make.actor(role) for role in set(Role) - {Role.PRIVACY_OFFICER}]
    elsewhere = make.actor(Role.PRIVACY_OFFICER, make.unit("Elsewhere", make.root))

    for actor in (it.carer, it.member, it.lead, elsewhere, *others):
        with pytest.raises(AccessDenied):
            reply(actor, question)
    reply(it.officer, question)
    with pytest.raises(MoveNotAllowed):
        reply(it.officer, question)
    assert listed(edge, it.officer, make) == []


def test_after_thirty_days_the_clinic_lead_is_told_daily_and_may_reply(
    it, make, edge, asking, reply, told
):
    question = asking()
    told()
    late = make.now + 30 * DAY
    given = {"by": Machine()}

    assert edge.act(oversight_rounds.tell_late_questions, **given, at=late - DAY) == 0
    assert listed(edge, it.lead, make) == []
    assert edge.act(oversight_rounds.tell_late_questions, **given, at=late) == 1
    assert told() == sorted([it.officer.account_id, it.lead.account_id])
    assert edge.act(oversight_rounds.tell_late_questions, **given, at=late) == 0
    assert len(listed(edge, it.lead, make)) == 1
    reply(it.lead, question, at=late)
    assert edge.act(oversight_rounds.tell_late_questions, **given, at=late + 2 * DAY) == 0


def test_where_there_is_no_privacy_officer_the_clinic_lead_may_reply_at_once(make, edge, told):
    reader, lead, member = make.actor(Role.CLINICIAN), make.actor(Role.CLINIC_LEAD), make.actor()
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, reader)
    edge.look(read_record, actor=reader, person_id=person.id, at=make.now)
    (reading,) = edge.look(list_readers, actor=member, at=make.now)

    given = {"reading": reading, "words": "Why?", "at": make.now, "question_id": uuid4()}
    edge.act(entry_questions.ask_question, actor=member, **given)

    assert told() == [lead.account_id]
    assert len(listed(edge, lead, make)) == 1


def test_nobody_asks_about_the_record_of_somebody_else(it, make, edge, asking):
    (reading,) = (each for each in it.readers() if each.act is Act.RECORD_READ)
    given = {"reading": reading, "words": "Why?", "at": make.now, "question_id": uuid4()}

    with pytest.raises(AccessDenied):
        edge.act(entry_questions.ask_question, actor=it.opener, **given)
