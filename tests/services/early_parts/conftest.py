"""A member with a draft whose second part has a critical answer."""

import pytest

from tests.factories import CALM, CRITICAL, TODAY
from welfare.services.drafts import Page, save_part

PAGE = Page(mark=1)


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def sent(member, window, make):
    return {"actor": member, "window_id": window.id, "language": "en", "at": make.now}


@pytest.fixture
def save(edge, sent):
    """Saves a part of the draft, from the same page unless told otherwise."""
    given = {key: sent[key] for key in ("actor", "window_id", "at")}

    def keep(part, answers, *, page=PAGE, **changes):
        return edge.act(
            save_part, **given | changes, part=part, answers=answers, today=TODAY, page=page
        )

    return keep


@pytest.fixture
def drafted(save):
    """The first two parts, the second with a critical answer."""
    save("pc-ptsd-5", CALM["pc-ptsd-5"])
    return save("phq-9", CRITICAL["phq-9"])
