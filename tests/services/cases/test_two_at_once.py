"""Two who act on one case at the same moment: each pair has one outcome, and nobody is lost."""

from uuid import uuid4

import pytest

from models.tables.accounts import Post
from models.tables.care import Alert, Case
from models.tables.people import Person
from models.vocabulary import Act, CaseStatus, Role
from tests.factories import CALM, CRITICAL
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.services import cases, posts, screenings
from welfare.services.records import read_record

POSITIVE = {**CALM, "phq-9": {str(number): 2 for number in range(1, 9)} | {"9": 0}}


def first(it, make, service, actor=None, **given):
    """The act whose transaction is open while the other begins."""
    given |= {"actor": actor or it.mine, "case_id": it.case.id, "at": make.now}
    return lambda session: service(session, **given)


def closing(it, make):
    return first(it, make, cases.close_case, reason="no_need", words="")


def giving(it, make):
    return first(it, make, cases.hand_over_case, colleague_id=it.colleague.account_id)


def test_of_two_who_close_it_the_second_is_told_that_it_is_done(edge, make, it, meanwhile):
    problem = meanwhile(closing(it, make), it.close)

    assert isinstance(problem, MoveNotAllowed)
    assert edge.acts()[Act.CASE_CLOSED] == 1


def test_who_closes_what_was_just_handed_over_is_not_in_charge_any_more(it, make, meanwhile):
    problem = meanwhile(giving(it, make), it.close)

    assert isinstance(problem, AccessDenied)
    assert it.now().status is CaseStatus.OPEN
    assert it.now().clinician_id == it.colleague.account_id


def test_what_was_just_closed_is_not_handed_over(it, make, meanwhile):
    problem = meanwhile(closing(it, make), it.give)

    assert isinstance(problem, MoveNotAllowed)
    assert it.now().status is CaseStatus.CLOSED
    assert it.now().clinician_id == it.mine.account_id


def test_of_two_who_hand_it_over_to_two_the_first_counts(it, make, meanwhile):
    other = make.actor(Role.CLINICIAN)

    problem = meanwhile(giving(it, make), lambda: it.give(other))

    assert isinstance(problem, AccessDenied)
    assert it.now().clinician_id == it.colleague.account_id


def test_of_two_who_open_it_again_the_second_is_told_that_it_is_done(edge, it, make, meanwhile):
    it.close()

    problem = meanwhile(first(it, make, cases.reopen_case), lambda: it.act(cases.reopen_case))

    assert isinstance(problem, MoveNotAllowed)
    assert edge.acts()[Act.CASE_REOPENED] == 1


@pytest.fixture
def leaves(make, edge, it):
    """The colleague's only Post ends; in the transaction given, or in its own."""
    admin = make.actor(Role.ADMINISTRATOR)
    (post,) = [each for each in edge.rows(Post) if each.account_id == it.colleague.account_id]
    given = {"actor": admin, "post_id": post.id, "at": make.now, "even_so": True}

    def end(session=None):
        return posts.end_post(session, **given) if session else edge.act(posts.end_post, **given)

    return end


@pytest.mark.parametrize("act", ["share", "give"])
def test_nothing_is_given_to_somebody_whose_post_has_just_ended(it, leaves, meanwhile, act):
    problem = meanwhile(leaves, getattr(it, act))

    assert isinstance(problem, InputRefused)
    assert (it.now().second_id, it.now().clinician_id) == (None, it.mine.account_id)


def test_somebody_whose_post_ends_right_after_shares_nothing_any_more(it, make, leaves, meanwhile):
    share = first(it, make, cases.share_case, colleague_id=it.colleague.account_id)

    assert meanwhile(share, leaves) is None

    assert it.now().second_id is None


@pytest.fixture
def member(make, edge, it):
    """The person in care has an account and a check to answer; who is on duty is in charge."""
    duty = make.reachable()
    member = make.actor()
    (person,) = edge.rows(Person, Person.id == member.person_id)
    it.person, it.mine, it.case = person, duty, make.case(person, duty)
    window = make.window(person.id)

    def send(answers, session=None):
        given = {"actor": member, "window_id": window.id, "submission_id": uuid4()}
        given |= {"answers": answers, "language": "en", "at": make.now}
        service = screenings.send_screening
        return service(session, **given) if session else edge.act(service, **given)

    return send


def close(edge, it, make):
    given = {"actor": it.mine, "case_id": it.case.id, "at": make.now}
    return edge.act(cases.close_case, reason="no_need", words="", **given)


def test_care_does_not_end_while_an_alert_is_being_raised(edge, it, make, member, meanwhile):
    problem = meanwhile(lambda session: member(CRITICAL, session), lambda: close(edge, it, make))

    assert isinstance(problem, MoveNotAllowed)
    (alert,) = edge.rows(Alert)
    assert alert.owner_id == it.mine.account_id
    assert edge.rows(Case, Case.id == it.case.id)[0].status is CaseStatus.OPEN


def test_an_alert_that_is_raised_while_care_ends_has_its_owner_who_can_read_the_record(
    edge, it, make, member, meanwhile
):
    assert meanwhile(closing(it, make), lambda: member(CRITICAL)) is None

    (alert,) = edge.rows(Alert)
    assert alert.owner_id == it.mine.account_id
    assert edge.rows(Case, Case.id == it.case.id)[0].status is CaseStatus.CLOSED
    edge.look(read_record, actor=it.mine, person_id=it.person.id, at=make.now)


def test_answers_above_a_cut_point_that_come_while_care_ends_open_it_anew(
    edge, it, make, member, meanwhile
):
    assert meanwhile(closing(it, make), lambda: member(POSITIVE)) is None

    (again,) = edge.rows(Case, Case.person_id == it.person.id, Case.status == CaseStatus.OPEN)
    assert (again.id != it.case.id) and again.clinician_id == it.mine.account_id


@pytest.mark.parametrize("answers", [POSITIVE, CRITICAL])
def test_after_care_has_ended_answers_bring_the_person_back_to_a_clinician(
    edge, it, make, member, answers
):
    close(edge, it, make)

    member(answers)

    edge.look(read_record, actor=it.mine, person_id=it.person.id, at=make.now)
