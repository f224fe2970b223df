"""The unfinished screening: kept after every part, read by nobody but its owner."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.places import CrisisContact
from models.tables.screenings import Draft
from models.vocabulary import Act
from tests.factories import CALM, CRITICAL, TODAY
from welfare.errors import (
    AccessDenied,
    AnswersRefused,
    MoveNotAllowed,
    NotOffered,
    RecordNotFound,
)
from welfare.services.drafts import Page, read_progress, save_part
from welfare.services.screenings import send_screening


@pytest.fixture
def member(make):
    make.reachable()
    return make.actor()


@pytest.fixture
def asked(make, member):
    return {
        "actor": member,
        "window_id": make.window(member.person_id).id,
        "today": TODAY,
        "at": make.now,
    }


def test_a_part_is_kept_with_its_event_and_the_next_one_follows(edge, asked):
    progress = edge.act(save_part, **asked, part="pc-ptsd-5", answers=CALM["pc-ptsd-5"])

    assert progress.next_part == "phq-9"
    assert edge.count(Draft) == 1
    assert edge.acts() == Counter([Act.DRAFT_SAVED])


def test_what_was_kept_comes_back_with_the_same_id_and_reading_it_is_recorded(edge, asked):
    saved = edge.act(save_part, **asked, part="phq-9", answers=CRITICAL["phq-9"])

    found = edge.look(read_progress, **asked)

    assert found.submission_id == saved.submission_id
    assert found.answers == {"phq-9": CRITICAL["phq-9"]}
    assert found.critical_items == ("phq-9.9",)
    assert edge.acts() == Counter([Act.DRAFT_SAVED, Act.OWN_RECORD_READ])


def test_saving_again_replaces_the_part_and_keeps_one_draft(edge, asked):
    first = edge.act(save_part, **asked, part="gad-2", answers={"1": 3, "2": 3})
    page = Page(made_from=first.draft.kept["gad-2"].chosen.mark)
    progress = edge.act(save_part, **asked, part="gad-2", answers={"1": 0, "2": 0}, page=page)

    assert progress.answers["gad-2"] == {"1": 0, "2": 0}
    assert "gad-7" not in progress.parts
    assert edge.count(Draft) == 1


def test_a_first_stage_answer_opens_a_further_part(edge, asked):
    progress = edge.act(save_part, **asked, part="gad-2", answers={"1": 2, "2": 2})

    assert progress.parts[-1] == "gad-7"


def test_half_a_part_is_kept_and_still_asked(edge, asked):
    progress = edge.act(save_part, **asked, part="pc-ptsd-5", answers={"0": 1, "1": 0})

    assert progress.answers["pc-ptsd-5"] == {"0": 1, "1": 0}
    assert progress.next_part == "pc-ptsd-5"


@pytest.mark.parametrize(
    ("part", "answers", "problems"),
    [
        ("phq-9", {"1": 4}, {"phq-9.1": "not_offered"}),
        ("phq-9", {"11": 0}, {"phq-9.11": "not_offered"}),
        ("gad-2", {"2": -1}, {"gad-2.2": "not_offered"}),
    ],
)
def test_answers_that_are_not_on_offer_are_refused_by_name(edge, asked, part, answers, problems):
    with pytest.raises(AnswersRefused) as refused:
        edge.act(save_part, **asked, part=part, answers=answers)

    assert refused.value.problems == problems
    assert edge.count(Draft) == 0


@pytest.mark.parametrize("part", ["pcl-5", "k10", "made-up"])
def test_a_part_that_is_not_asked_is_not_found(edge, asked, part):
    with pytest.raises(RecordNotFound):
        edge.act(save_part, **asked, part=part, answers={})


def test_another_persons_window_is_refused_and_a_missing_one_not_found(edge, asked, make):
    theirs = make.window(make.person().id).id

    for window_id, error in ((theirs, AccessDenied), (uuid4(), RecordNotFound)):
        with pytest.raises(error):
            edge.look(read_progress, **asked | {"window_id": window_id})
        with pytest.raises(error):
            edge.act(save_part, **asked | {"window_id": window_id}, part="phq-9", answers={})


@pytest.mark.parametrize(
    ("opens", "due", "is_open"),
    [(1, 30, False), (0, 30, True), (-30, 0, True), (-90, -60, True), (-91, -61, False)],
)
def test_a_window_is_open_from_its_day_until_the_allowance_ends(
    edge, asked, make, opens, due, is_open
):
    window = make.window(
        asked["actor"].person_id,
        opens_on=TODAY + timedelta(days=opens),
        due_by=TODAY + timedelta(days=due),
    )
    given = asked | {"window_id": window.id}

    if is_open:
        edge.act(save_part, **given, part="phq-9", answers=CALM["phq-9"])
        return
    with pytest.raises(MoveNotAllowed):
        edge.act(save_part, **given, part="phq-9", answers=CALM["phq-9"])


def test_a_sent_screening_has_no_draft_any_more(edge, asked):
    edge.act(
        send_screening,
        **{key: asked[key] for key in ("actor", "window_id", "at")},
        submission_id=uuid4(),
        answers=CALM,
        language="en",
    )

    with pytest.raises(MoveNotAllowed):
        edge.act(save_part, **asked, part="phq-9", answers=CALM["phq-9"])


def test_nothing_is_offered_once_the_contact_is_gone(edge, asked, make):
    with make.kept() as session:
        session.delete(session.query(CrisisContact).one())

    with pytest.raises(NotOffered):
        edge.look(read_progress, **asked)
