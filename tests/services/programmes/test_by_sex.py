"""A gate with thresholds by sex is held against the sealed sex wherever answers are taken."""

from dataclasses import replace
from uuid import uuid4

import pytest

from models.programmes import Gate
from models.vocabulary import Role
from tests.factories import CALM, TODAY
from tests.services.programmes.conftest import BASE
from welfare.errors import AnswersRefused
from welfare.services import drafts, screenings, windows

BY_SEX = replace(
    BASE, gates=(*BASE.gates, Gate("audit-c", 3, "audit", by_sex={"female": 3, "male": 4}))
)
DRINKS_3 = CALM | {"audit-c": {"1": 1, "2": 1, "3": 1}}


@pytest.fixture
def asked(desk, make):
    """A window under an own programme, of somebody of this sex."""
    desk.in_force(BY_SEX)
    make.reachable()

    def of(sex):
        person = make.person(sex=sex)
        actor = make.actor(Role.MEMBER, person=person)
        return actor, make.window(person.id, programme="own-army/1").id

    return of


@pytest.mark.parametrize(("sex", "opens"), [("female", True), ("male", False), ("", True)])
def test_the_same_answers_open_more_for_women_than_for_men(asked, edge, make, sex, opens):
    actor, window_id = asked(sex)
    at = {"actor": actor, "window_id": window_id, "today": TODAY, "at": make.now}

    for part, answers in DRINKS_3.items():
        progress = edge.act(drafts.save_part, part=part, answers=answers, **at)
    due = edge.look(windows.list_due, actor=actor, today=TODAY, at=make.now).due

    assert ("audit" in progress.parts) is opens
    assert ("audit" in due[0].begun.draft.parts) is opens
    assert ("audit" in edge.look(drafts.read_progress, **at).parts) is opens


@pytest.mark.parametrize(("sex", "opens"), [("female", True), ("male", False), ("", True)])
def test_what_may_be_sent_depends_on_the_sex_as_what_is_asked(asked, edge, make, sex, opens):
    actor, window_id = asked(sex)
    given = {
        "actor": actor,
        "window_id": window_id,
        "submission_id": uuid4(),
        "answers": DRINKS_3,
        "language": "en",
        "at": make.now,
    }

    if opens:
        with pytest.raises(AnswersRefused) as refused:
            edge.act(screenings.send_screening, **given)
        assert refused.value.problems == {"audit": "missing"}
    else:
        receipt = edge.act(screenings.send_screening, **given)
        assert receipt.payload.rules == "own-army/1"
