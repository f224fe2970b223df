"""Somebody is never asked: no programme hides the question, and coming home opens a window."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.programmes import load
from models.programmes.checking import problems_of
from models.tables.reminders import Reminder
from models.tables.screenings import Window
from models.vocabulary import Phase
from tests.factories import TODAY
from tests.hazards.scenes import PROGRAMME
from welfare.policies.actor import Machine
from welfare.services.reminder_letters import programmes_asking, write_due


def test_a_programme_that_hides_the_question_behind_a_gate_is_refused():
    """Control: `checking._suicide_item`."""
    short = tuple(code for code in PROGRAMME.first_stage if code != "phq-9")

    found = dict(problems_of(replace(PROGRAMME, first_stage=short)))

    assert "asks nobody the suicide item" in str(found["stages.first"])


@pytest.mark.parametrize("code", ["un-contingent", "us-current", "canada"])
def test_whoever_comes_home_is_asked(edge, make, code):
    """Control: the round of the schedule after a deployment was recorded."""
    person = make.person()
    home = TODAY - timedelta(days=10)
    make.deployment(person, programme=load(code).name, until_day=home)

    edge.schedule()

    after = {Phase.RETURN, Phase.POST}
    assert [each for each in edge.rows(Window) if each.phase in after and each.due_by > TODAY]


def test_who_is_asked_is_told_by_a_letter(edge, make):
    """Control: `reminder_letters.write_due`. A window that nobody hears of asks nobody."""
    make.reachable()
    window = make.window(make.person().id, opens_on=TODAY)
    with edge.database.reading() as session:
        programmes = programmes_asking(session, today=TODAY)

    given = {"programmes": programmes, "after": None, "today": TODAY, "at": make.now}
    edge.act(write_due, by=Machine(), **given)

    assert [each.window_id for each in edge.rows(Reminder)] == [window.id]
