"""Who has finished: a day and a status from which nobody learns a result."""

from datetime import timedelta

import pytest

from models.programmes import Interview
from models.vocabulary import Role
from tests.answered import ALWAYS, NEVER, POSITIVE, answered, own_programme
from tests.factories import CALM, CRITICAL, TODAY
from welfare.services.interviews import certify_screening
from welfare.services.readiness import Readiness, read_readiness

EARLIER = TODAY - timedelta(days=3)


def rows(edge, asked):
    """Status and days by person."""
    page = edge.look(read_readiness, **asked)
    return {
        row.window.person_id: (row.state, row.answered_on, row.certified_on) for row in page.rows
    }


def certify(edge, make, person, screening):
    clinician = make.actor(Role.CLINICIAN)
    make.case(person, clinician)
    edge.act(
        certify_screening,
        actor=clinician,
        screening_id=screening.id,
        spoken_on=TODAY,
        channel="phone",
        words="Agreed to talk again in May.",
        at=make.now,
    )


def test_where_everybody_has_an_interview_it_is_to_come_until_it_is_certified(
    edge, asked, make, person
):
    screening = answered(make, person, programme=ALWAYS, day=EARLIER)
    assert rows(edge, asked) == {person.id: (Readiness.INTERVIEW_TO_COME, EARLIER, None)}

    certify(edge, make, person, screening)

    assert rows(edge, asked) == {person.id: (Readiness.CERTIFIED, EARLIER, TODAY)}


@pytest.mark.parametrize("answers", [CALM, POSITIVE, CRITICAL])
@pytest.mark.parametrize("interview", [Interview.NONE, Interview.POSITIVE])
def test_elsewhere_it_is_done_at_once_whatever_the_result(
    edge, asked, make, person, interview, answers
):
    programme = NEVER if interview is Interview.NONE else own_programme(make, interview)

    answered(make, person, answers, programme=programme, day=EARLIER)

    assert rows(edge, asked) == {person.id: (Readiness.DONE, EARLIER, None)}


def test_a_certificate_that_only_a_positive_result_brought_changes_nothing(
    edge, asked, make, person
):
    programme = own_programme(make, Interview.POSITIVE)
    screening = answered(make, person, POSITIVE, programme=programme, day=EARLIER)
    before = rows(edge, asked)

    certify(edge, make, person, screening)

    assert rows(edge, asked) == before == {person.id: (Readiness.DONE, EARLIER, None)}


def test_a_part_sent_early_and_an_old_check_are_not_finished_ones(edge, asked, make, person):
    make.screening(person, CRITICAL)
    answered(make, person, day=TODAY - timedelta(days=500))

    assert rows(edge, asked) == {}
