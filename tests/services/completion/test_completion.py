"""Who was asked and has not answered: what stands on which list, and what no list can tell."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import erasure, vault
from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.people import Identity, Membership
from models.tables.reminders import Reminder
from models.tables.screenings import Draft
from models.vocabulary import Act, Role, SetAsideBy
from tests.answered import answered
from tests.factories import CRITICAL, TODAY
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies import asked_people
from welfare.policies.actor import Machine
from welfare.services.completion import (
    Reminded,
    Section,
    read_completion,
)
from welfare.services.drafts import Page, save_part
from welfare.services.readiness import read_readiness

DAY = timedelta(days=1)
LONG_AGO = TODAY - 100 * DAY


@pytest.fixture
def short_pages(monkeypatch):
    """So that few people fill one."""
    monkeypatch.setattr(asked_people, "PAGE", 3)
    return 3


def windows(page):
    return [row.window.id for row in page.rows]


@pytest.mark.parametrize(
    ("section", "days"),
    [
        (Section.OVERDUE, {"opens_on": LONG_AGO, "due_by": TODAY - DAY}),
        (Section.OVERDUE, {"opens_on": LONG_AGO, "due_by": TODAY - DAY, "closes_on": TODAY}),
        (Section.DUE, {"opens_on": TODAY, "due_by": TODAY}),
        (Section.COMING, {"opens_on": TODAY + DAY, "due_by": TODAY + 9 * DAY}),
        (Section.COMING, {"opens_on": TODAY + 30 * DAY, "due_by": TODAY + 90 * DAY}),
    ],
)
def test_a_check_without_an_answer_stands_on_one_list(edge, asked, make, person, section, days):
    window = make.window(person.id, **days)

    pages = {each: edge.look(read_completion, **asked, section=each) for each in Section}

    assert {each: windows(page) for each, page in pages.items()} == {
        each: [window.id] if each is section else [] for each in Section
    }
    assert pages[section].counts == {each: int(each is section) for each in Section}
    assert edge.look(read_completion, **asked).section is section  # the first that is not empty


ASIDE = {"set_aside_on": TODAY, "opens_on": LONG_AGO, "due_by": TODAY - DAY}


@pytest.mark.parametrize(
    "days",
    [
        ASIDE | {"set_aside": SetAsideBy.DECLINED},
        ASIDE | {"set_aside": SetAsideBy.WAIVED},
        {"opens_on": LONG_AGO, "due_by": TODAY - 9 * DAY, "closes_on": TODAY - DAY},  # missed
        {"opens_on": LONG_AGO, "due_by": TODAY, "closes_on": TODAY - DAY},  # the next one is open
        {"opens_on": TODAY + 31 * DAY, "due_by": TODAY + 60 * DAY},
        {"opens_on": TODAY + 9 * DAY, "due_by": TODAY + 60 * DAY, "closes_on": TODAY + 8 * DAY},
        ASIDE | {"set_aside": SetAsideBy.DECLINED, "opens_on": TODAY + DAY, "due_by": TODAY + DAY},
    ],
)
def test_declined_waived_missed_and_far_checks_stand_on_no_list(edge, asked, make, person, days):
    make.window(person.id, **days)

    for section in Section:
        page = edge.look(read_completion, **asked, section=section)
        assert (page.rows, set(page.counts.values())) == ((), {0})


def test_an_answered_check_is_on_no_list(edge, asked, make, person):
    answered(make, person, CRITICAL)

    assert edge.look(read_completion, **asked).rows == ()


def test_only_people_of_the_own_units_are_listed(edge, asked, make, person, company):
    mine = make.window(person.id)
    make.window(make.person(make.root).id)
    make.window(make.person(make.unit("B Company", make.root)).id)

    page = edge.look(read_completion, **asked)

    assert windows(page) == [mine.id]
    assert page.rows[0].unit == "A1"


def test_that_somebody_has_begun_is_not_seen(edge, make, company, asked):
    make.reachable()
    member = make.actor(Role.MEMBER, company)
    window = make.window(member.person_id)
    before = edge.look(read_completion, **asked)

    begun = {"actor": member, "window_id": window.id, "part": "phq-9", "page": Page(mark=1)}
    edge.act(save_part, **begun, answers=CRITICAL["phq-9"], today=TODAY, at=make.now)

    assert edge.count(Draft) == 1
    after = edge.look(read_completion, **asked)
    assert [(each.name, each.reminded) for each in after.rows] == [
        (each.name, each.reminded) for each in before.rows
    ]
    assert (after.counts, windows(after)) == (before.counts, windows(before))


def test_names_are_opened_and_recorded_for_the_page_alone(edge, asked, make, company, short_pages):
    people = [make.person(company) for _ in range(short_pages + 2)]
    for number, person in enumerate(people):
        make.window(person.id, due_by=TODAY + number * DAY)

    first, second = (edge.look(read_completion, **asked, number=each) for each in (1, 2))

    assert [row.window.person_id for row in first.rows] == [
        each.id for each in people[:short_pages]
    ]
    assert [row.window.person_id for row in second.rows] == [
        each.id for each in people[short_pages:]
    ]
    assert (first.has_more, second.has_more) == (True, False)
    events = edge.rows(AuditEvent)
    assert {event.act for event in events} == {Act.COMPLETION_READ}
    assert sorted(event.person_id for event in events) == sorted(each.id for each in people)


@pytest.mark.parametrize("number", [-1, 0, 10**30])
def test_a_page_that_is_none_is_the_first_or_an_empty_one(edge, asked, make, person, number):
    make.window(person.id)

    page = edge.look(read_completion, **asked, number=number)

    assert len(page.rows) == (number < 2)


@pytest.mark.parametrize("service", [read_completion, read_readiness])
def test_the_number_of_queries_is_the_same_for_two_and_twelve_people(
    edge, asked, make, company, service
):
    def fill(people):
        for _ in range(people):
            make.window(make.person(company).id)
            answered(make, make.person(company), programme="canada/1")

    fill(2)
    few = edge.queries(service, **asked)
    fill(10)

    assert few == edge.queries(service, **asked) <= 5


def test_a_unit_below_narrows_lists_and_counts(edge, asked, make, company, person):
    inside = make.window(person.id)
    make.window(make.person(company).id)

    page = edge.look(read_completion, **asked, unit_id=person.unit_id)

    assert (windows(page), page.counts[Section.DUE]) == ([inside.id], 1)
    assert page.choice.chosen.id == person.unit_id
    assert {unit.name for unit in page.choice.units} == {"A Company", "A1"}


@pytest.mark.parametrize("service", [read_completion, read_readiness])
def test_the_unit_of_others_looks_like_a_missing_one(edge, asked, make, service):
    for unit_id in (make.root.id, make.unit("B", make.root).id, uuid4()):
        with pytest.raises(RecordNotFound):
            edge.look(service, **asked, unit_id=unit_id)


@pytest.mark.parametrize("service", [read_completion, read_readiness])
def test_no_other_role_reads_who_has_answered(edge, make, service):
    for role in set(Role) - {Role.WELFARE_OFFICER}:
        with pytest.raises(AccessDenied):
            edge.look(service, actor=make.actor(role), today=TODAY, at=make.now)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ([], Reminded.NOT_YET),
        ([{}], Reminded.WAITING),
        ([{"sent_at": DAY}], Reminded.SENT),
        ([{"sent_at": DAY, "opened_at": DAY}], Reminded.OPENED),
        ([{"sent_at": DAY, "bounced_at": DAY}], Reminded.BOUNCED),
        ([{"sent_at": DAY, "bounced_at": DAY}, {"sent_at": DAY}], Reminded.SENT),
    ],
)
def test_the_newest_letter_says_how_somebody_was_reminded(
    edge, asked, make, person, letters, expected
):
    window = make.window(person.id)
    with make.kept() as session:
        for number, moments in enumerate(letters):
            written = make.now + number * DAY
            given = {name: written + after for name, after in moments.items()}
            reminder = Reminder(id=new_key(), window_id=window.id, person_id=person.id, day=number)
            reminder.written_at = reminder.next_try_at = written
            for name, moment in given.items():
                setattr(reminder, name, moment)
            session.add(reminder)

    (row,) = edge.look(read_completion, **asked).rows

    assert row.reminded is expected


def test_whoever_was_erased_is_listed_and_counted_no_more(edge, asked, make, person, database):
    make.window(person.id)
    with database.writing() as session:
        given = {"erased_at": make.now, "erased_by": None, "at": make.now}
        erasure.erase(session, by=Machine(), person_id=person.id, **given)
        session.commit()

    page = edge.look(read_completion, **asked)

    assert (page.rows, page.counts[Section.DUE]) == ((), 0)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"email": ""}, Reminded.NO_ADDRESS),
        ({"email": "a@example.org", "refused_email": "a@example.org"}, Reminded.BOUNCED),
        ({"email": "b@example.org", "refused_email": "a@example.org"}, Reminded.NOT_YET),
    ],
)
def test_an_address_that_takes_no_letters_is_named(edge, asked, make, person, changed, expected):
    make.window(person.id)
    with make.kept() as session:
        identity = session.get_one(Identity, person.id)
        key = vault.key_for(session, person_id=person.id)
        content = {**vault.opened(key, identity, "content"), **changed}
        identity.content = vault.sealed(key, identity, "content", content, size=512)

    (row,) = edge.look(read_completion, **asked).rows

    assert (row.reminded, row.has_address) == (expected, expected is Reminded.NOT_YET)


def test_whoever_has_left_is_asked_by_nobody(edge, asked, make, person):
    make.window(person.id)
    with make.kept() as session:
        stay = session.query(Membership).filter_by(person_id=person.id).one()
        stay.until_day = TODAY - DAY

    page = edge.look(read_completion, **asked)

    assert (page.rows, page.counts[Section.DUE]) == ((), 0)
