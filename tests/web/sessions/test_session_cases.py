"""Sessions at the door of the web: every way in which one could be stolen, kept or stretched."""

import pytest

from tests.web.sessions import cookies, endings, held_forms, risky_steps, second_factors, tokens
from tests.web.sessions.cases import CASES
from tests.web.sessions.world import World

# They enter theirs when they are imported.
ROOMS = (cookies, endings, held_forms, risky_steps, second_factors, tokens)
LEAST = 30


@pytest.mark.parametrize("name", CASES)
def test_session_case(name, app, make, edge, watched):
    CASES[name](World(app, make, edge, watched))


def test_there_are_at_least_thirty_session_cases(record_property, capsys):
    record_property("session_cases", len(CASES))
    with capsys.disabled():
        print(f"\nS6: {len(CASES)} session cases, each on both databases")  # noqa: T201

    assert len(CASES) >= LEAST
