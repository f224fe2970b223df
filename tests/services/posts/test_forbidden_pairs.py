"""Roles that never meet in one person over the same people."""

from datetime import timedelta

import pytest

from models.vocabulary import Role
from tests.factories import TODAY
from tests.services.posts.asking import request
from welfare.errors import InputRefused
from welfare.policies.appointing import FORBIDDEN
from welfare.services.posts import confirm_post, give_post

PAIRS = [tuple(sorted(pair)) for pair in FORBIDDEN]


def over(make, place):
    """Units in the four ways two Posts can lie to each other."""
    company = make.unit("A Company", make.root)
    return {
        "same": (company, company),
        "below": (company, make.unit("Platoon", company)),
        "above": (make.unit("Platoon", company), company),
        "beside": (company, make.unit("B Company", make.root)),
    }[place]


@pytest.mark.parametrize("place", ["same", "below", "above", "beside"])
@pytest.mark.parametrize(("one", "two"), PAIRS + [(two, one) for one, two in PAIRS])
def test_forbidden_pairs_over_the_same_people_never_meet_in_one_person(
    edge, make, admin, one, two, place
):
    held, wanted = over(make, place)
    whom = make.actor(one, held)
    is_everywhere = Role.AUDITOR in (one, two)

    if place == "beside" and not is_everywhere:
        assert edge.act(give_post, **request(admin, whom, wanted, two, make)).role == two
        return
    with pytest.raises(InputRefused) as refused:
        edge.act(give_post, **request(admin, whom, wanted, two, make))
    assert refused.value.problems == {"role": FORBIDDEN[frozenset({Role(one), Role(two)})]}


def test_a_pair_that_came_together_while_one_waited_is_found_when_it_is_confirmed(
    edge, make, second, asked, noor
):
    make.post(noor, Role.COMMANDER, make.root)

    with pytest.raises(InputRefused) as refused:
        edge.act(confirm_post, actor=second, post_id=asked.id, at=make.now)

    assert refused.value.problems == {"role": "command_and_care"}


def test_an_ended_post_forbids_nothing(edge, make, admin, noor):
    make.post(noor, Role.COMMANDER, make.root, until_day=TODAY - timedelta(days=1))

    post = edge.act(give_post, **request(admin, noor, make.root, Role.CLINICIAN, make))

    assert post.role is Role.CLINICIAN
