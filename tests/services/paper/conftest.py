"""A clinician with a form on paper of somebody in their unit, and the keying of it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from models.vocabulary import Role
from tests.factories import CALM, TODAY
from welfare.services import paper_forms, paper_keying


@pytest.fixture
def duty(make):
    """Who is on duty, and gets the alerts."""
    clinician = make.reachable()
    make.duty(clinician, make.root, from_at=make.now - timedelta(days=25))
    return clinician


@pytest.fixture
def clinician(make, duty):
    """Somebody else of the clinic, who types in."""
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def member(make, duty):
    return make.actor()


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def printed(edge, make, clinician, window) -> Callable[..., Any]:
    """Print a form, of this window unless told otherwise."""

    def done(*, at=make.now - timedelta(hours=2), window_id=window.id, actor=clinician):
        return edge.act(
            paper_forms.print_form,
            actor=actor,
            window_id=window_id,
            language="en",
            today=TODAY,
            at=at,
        )

    return done


@pytest.fixture
def form(printed):
    return printed()


@pytest.fixture
def key(edge, make, clinician, form) -> Callable[..., Any]:
    """Type in these answers, as from a fresh page for this turn."""

    def typed(answers: Mapping[str, Any] = CALM, turn: int = 1, **changes: Any) -> Any:
        usual = {
            "actor": clinician,
            "form_id": form.id,
            "turn": turn,
            "day": TODAY,
            "hour": None,
            "answers": answers,
            "at": make.now,
        }
        return edge.act(paper_keying.key_in, **usual | changes)

    return typed


@pytest.fixture
def settle(edge, make, clinician, form) -> Callable[..., Any]:
    def chosen(answers: Mapping[str, Any], **changes: Any) -> Any:
        usual = {
            "actor": clinician,
            "form_id": form.id,
            "day": None,
            "hour": None,
            "answers": answers,
            "at": make.now,
        }
        return edge.act(paper_keying.settle, **usual | changes)

    return chosen
