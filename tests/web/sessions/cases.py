"""The list of session cases, in which every room of them enters its own."""

from collections.abc import Callable

from tests.web.sessions.world import World

CASES: dict[str, Callable[[World], None]] = {}


def case(check: Callable[[World], None]) -> Callable[[World], None]:
    CASES[check.__name__.replace("_", " ")] = check
    return check
