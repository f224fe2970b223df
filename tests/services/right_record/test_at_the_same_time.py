"""Two who act on the same answers at the same moment: one outcome, and nothing is lost."""

import pytest

from models import erasure
from models.tables.paper import MovedScreening
from models.vocabulary import Role
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import Machine
from welfare.services import cases


def test_of_two_who_move_it_to_two_the_first_counts(edge, make, it, meanwhile):
    screening, other = it.send(), make.person()

    problem = meanwhile(
        lambda session: it.move(screening.id, session),
        lambda: it.move(screening.id, person_id=other.id),
    )

    assert isinstance(problem, (MoveNotAllowed, AccessDenied))
    assert it.now(screening.id).person_id == it.right.person_id
    assert edge.count(MovedScreening) == 1


@pytest.mark.parametrize("who", ["wrong", "right"])
def test_nothing_is_moved_from_or_to_somebody_who_was_just_erased(edge, make, it, meanwhile, who):
    screening = it.send()
    gone = getattr(it, who).person_id
    given = {"person_id": gone, "erased_at": make.now, "erased_by": None, "at": make.now}

    problem = meanwhile(
        lambda session: erasure.erase(session, by=Machine(), **given), lambda: it.move(screening.id)
    )

    assert isinstance(problem, RecordNotFound)
    assert it.now(screening.id).person_id == it.wrong.person_id


def test_who_has_just_given_the_case_away_moves_nothing(make, it, meanwhile):
    screening, colleague = it.send(), make.actor(Role.CLINICIAN)
    given = {"actor": it.mine, "case_id": it.case.id, "colleague_id": colleague.account_id}

    problem = meanwhile(
        lambda session: cases.hand_over_case(session, **given, at=make.now),
        lambda: it.move(screening.id),
    )

    assert isinstance(problem, AccessDenied)
    assert it.now(screening.id).person_id == it.wrong.person_id
