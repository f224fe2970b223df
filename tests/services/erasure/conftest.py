"""A person whom the console is asked to erase."""

import pytest

from welfare.errors import InputRefused
from welfare.policies.actor import console
from welfare.services import erasure
from welfare.services.erasure import Reason


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def asked(make, person):
    return {
        "actor": console(make.root.path),
        "person_id": person.id,
        "reason": Reason.ASKED,
        "at": make.now,
    }


@pytest.fixture
def refused(edge, asked):
    """Why it is refused; nothing has been changed then."""

    def why(**changes):
        before = edge.contents()
        with pytest.raises(InputRefused) as raised:
            edge.act(erasure.erase_person, **asked | changes)
        assert edge.contents() == before
        return raised.value.problems

    return why
