"""A result as a member reads it: what the answers say in plain words, and a next step."""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.instruments.payload import Response
from welfare.web.wording import TITLES


class Plain(NamedTuple):
    """A result as a member reads it: no number, no diagnosis, a next step."""

    title: str
    result: str
    meaning: str
    next_step: str
    kind: str


RESULT_WORDS: dict[bool | None, tuple[LazyString, LazyString, LazyString]] = {
    None: (
        _("Some questions were left open"),
        _("So nothing can be said here. That is all right."),
        _("You can talk about it with a clinician if you like."),
    ),
    True: (
        _("It may help to talk about this"),
        _("Many people who answer like this feel better with support."),
        _("You can talk about it with a clinician at any time."),
    ),
    False: (
        _("Nothing stands out"),
        _("Your answers are like those of most people."),
        _("If you feel otherwise, trust that. You can always ask for help."),
    ),
}
# All was answered and no cut-point decides: there is none, or it hangs on a sex that is not known.
NO_RESULT = (
    _("There is no result to show here"),
    _("These answers alone do not say whether you need support."),
    _("You can talk about it with a clinician if you like."),
)


def plain_result(response: Response) -> Plain:
    """The words depend on the cut-point alone; an incomplete form says that it is one."""
    title = str(TITLES.get(response.instrument, response.instrument.upper()))
    positive = response.result.positive
    is_open = positive is None and response.result.complete
    result, meaning, next_step = NO_RESULT if is_open else RESULT_WORDS[positive]
    return Plain(title, str(result), str(meaning), str(next_step), "routine")
