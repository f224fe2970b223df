"""What happens to links: used, guessed at, refused, and all the ways in which they end."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from models.base import new_key
from models.sealing import Ciphertext
from models.tables.people import Membership, PersonKey
from models.tables.reminders import WindowLink
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import SetAsideBy
from tests.factories import TODAY
from welfare.errors import InputRefused
from welfare.policies.browser import Browser
from welfare.services.window_links import (
    refuse_link,
    use_link,
)

DAY = timedelta(days=1)


def use(edge, scene, at, **given):
    return edge.act(
        use_link, token=scene.token, given=scene.facts | given, browser=Browser(kind="Phone"), at=at
    )


def close(make, scene, **values):
    with make.kept() as session:
        session.execute(update(Window).where(Window.id == scene.window.id).values(**values))


def answer(make, scene):
    screening = make.screening(scene.person)
    with make.kept() as session:
        session.get_one(Screening, screening.id).window_id = scene.window.id


def change(make, statement):
    with make.kept() as session:
        session.execute(statement)


def guess(edge, make, scene, times):
    for _ in range(times):
        with pytest.raises(InputRefused):
            use(edge, scene, make.now, birth_year="1991")


def draft(make, scene):
    with make.kept() as session:
        session.add(
            Draft(
                id=new_key(),
                window_id=scene.window.id,
                person_id=scene.person.id,
                submission_id=new_key(),
                saved_at=make.now,
                payload=Ciphertext(b"sealed"),
            )
        )


# How a link can be over, and whether its person gets a new one by letter.
ENDINGS = {
    "used": (lambda edge, make, it: use(edge, it, make.now), True),
    "too old": (
        lambda edge, make, it: change(make, update(WindowLink).values(expires_at=make.now)),
        True,
    ),
    "guessed at": (lambda edge, make, it: guess(edge, make, it, 5), True),
    "refused": (
        lambda edge, make, it: edge.act(refuse_link, token=it.token, at=make.now),
        False,
    ),
    "answered": (lambda edge, make, it: answer(make, it), False),
    "closed": (
        lambda edge, make, it: close(make, it, closes_on=TODAY - DAY),
        False,
    ),
    "waived": (
        lambda edge, make, it: close(make, it, set_aside=SetAsideBy.WAIVED, set_aside_on=TODAY),
        False,
    ),
    "left": (
        lambda edge, make, it: change(make, update(Membership).values(until_day=TODAY - DAY)),
        False,
    ),
    "erased": (lambda edge, make, it: change(make, delete(PersonKey)), False),
    "disabled": (
        lambda edge, make, it: make.actor(person=it.person, disabled_at=make.now),
        False,
    ),
}
