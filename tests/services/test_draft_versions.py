"""Two windows or two devices at one draft: nothing is overwritten, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from uuid import uuid4

import pytest

from models import vault
from models.tables.screenings import Draft, Screening
from models.vocabulary import Act
from tests.factories import CALM, TODAY
from welfare.errors import AccessDenied, ChangedMeanwhile, MoveNotAllowed, RecordNotFound
from welfare.services.drafts import (
    Page,
    choose_version,
    read_kept,
    read_progress,
    save_part,
)
from welfare.services.screenings import send_screening

LOW, HIGH = {"1": 0, "2": 0}, {"1": 3, "2": 3}


@pytest.fixture
def asked(make):
    make.reachable()
    member = make.actor()
    return {
        "actor": member,
        "window_id": make.window(member.person_id).id,
        "today": TODAY,
        "at": make.now,
    }


@pytest.fixture
def sending(asked):
    """What a page sends of it."""
    given = {key: asked[key] for key in ("actor", "window_id", "at")}
    return given | {"submission_id": uuid4(), "answers": CALM, "language": "en"}


@pytest.fixture
def met(edge, asked):
    """Two versions of one part, saved from two pages that both knew nothing."""
    edge.act(save_part, **asked, part="gad-2", answers=LOW, page=Page(mark=1))
    return edge.act(save_part, **asked, part="gad-2", answers=HIGH, page=Page(mark=2))


def mark_of(progress, part="gad-2"):
    return progress.draft.kept[part].chosen.mark


def test_a_save_over_a_newer_version_keeps_both_and_asks(edge, asked, met):
    found = edge.look(read_progress, **asked)

    assert found.draft.to_choose == ("gad-2",)
    assert [each.answers for each in found.draft.kept["gad-2"].versions] == [LOW, HIGH]
    assert found.answers["gad-2"] == LOW


def test_two_pages_that_save_different_parts_need_no_question(edge, asked):
    edge.act(save_part, **asked, part="gad-2", answers=LOW, page=Page(mark=1))
    found = edge.act(save_part, **asked, part="audit-c", answers=CALM["audit-c"], page=Page(mark=2))

    assert found.draft.to_choose == ()
    assert set(found.answers) == {"gad-2", "audit-c"}


def test_going_back_and_saving_again_replaces_without_a_question(edge, asked):
    first = edge.act(save_part, **asked, part="gad-2", answers=LOW)

    page = Page(made_from=mark_of(first), mark=5)
    found = edge.act(save_part, **asked, part="gad-2", answers=HIGH, page=page)

    assert (found.answers["gad-2"], found.draft.to_choose) == (HIGH, ())


@pytest.mark.parametrize(("mark", "answers"), [(1, LOW), (2, HIGH)])
def test_the_version_that_is_chosen_counts_and_the_other_is_kept(edge, asked, met, mark, answers):
    found = edge.act(choose_version, **asked, part="gad-2", mark=mark)

    kept = found.draft.kept["gad-2"]
    assert (found.answers["gad-2"], found.draft.to_choose) == (answers, ())
    assert {each.mark for each in kept.versions} == {1, 2}
    assert edge.acts()[Act.DRAFT_SAVED] == 3


def test_a_version_that_is_not_there_cannot_be_chosen(edge, asked, met):
    before = edge.contents()

    with pytest.raises(ChangedMeanwhile):
        edge.act(choose_version, **asked, part="gad-2", mark=3)

    assert edge.contents() == before


@pytest.mark.parametrize("part", ["audit-c", "gad-7", "made-up"])
def test_between_versions_of_a_part_without_any_nobody_can_choose(edge, asked, met, part):
    with pytest.raises(RecordNotFound):
        edge.act(choose_version, **asked, part=part, mark=1)


def test_versions_of_another_person_are_refused(edge, asked, met, make):
    stranger = asked | {"actor": make.actor()}

    for window_id, error in ((asked["window_id"], AccessDenied), (uuid4(), RecordNotFound)):
        given = stranger | {"window_id": window_id}
        with pytest.raises(error):
            edge.act(choose_version, **given, part="gad-2", mark=1)
        with pytest.raises(error):
            edge.look(read_kept, **given)


def test_answers_checked_on_an_older_page_are_not_sent(edge, asked, sending):
    old = edge.act(save_part, **asked, part="gad-2", answers=LOW)
    new = edge.act(save_part, **asked, part="audit-c", answers=CALM["audit-c"])

    with pytest.raises(ChangedMeanwhile):
        edge.act(send_screening, **sending, checked=old.version)
    assert (edge.count(Draft), edge.count(Screening)) == (1, 0)

    edge.act(send_screening, **sending, checked=new.version)
    assert (edge.count(Draft), edge.count(Screening)) == (0, 1)


def test_a_page_that_knew_no_draft_sends_nothing_over_one(edge, asked, sending):
    edge.act(save_part, **asked, part="gad-2", answers=LOW)

    with pytest.raises(ChangedMeanwhile):
        edge.act(send_screening, **sending)
    assert (edge.count(Draft), edge.count(Screening)) == (1, 0)


def test_a_draft_that_somebody_saves_at_the_same_moment_is_not_sent_over(edge, asked, sending):
    """The sender waits for the saver; on SQLite nobody else can write meanwhile."""
    old = edge.act(save_part, **asked, part="gad-2", answers=LOW)
    outcome = []

    def send():
        try:
            edge.act(send_screening, **sending, checked=old.version)
        except ChangedMeanwhile as changed:
            outcome.append(changed)

    with edge.database.writing() as session:
        save_part(session, **asked, part="audit-c", answers=CALM["audit-c"])
        sender = Thread(target=send)
        sender.start()
        sender.join(0.3)
        session.commit()
    sender.join()

    assert len(outcome) == 1
    assert (edge.count(Draft), edge.count(Screening)) == (1, 0)


def test_what_was_read_before_the_lock_is_read_again_behind_it(edge, asked):
    """As a page does that looks at the draft first; on SQLite nobody else can write meanwhile."""
    edge.act(save_part, **asked, part="gad-2", answers=LOW)
    with edge.database.writing() as session:
        read_kept(session, **asked)
        if session.get_bind().dialect.name != "sqlite":
            edge.act(save_part, **asked, part="audit-c", answers=CALM["audit-c"])
        save_part(session, **asked, part="phq-9", answers=CALM["phq-9"])
        session.commit()

    kept = set(edge.look(read_kept, **asked).draft.kept)
    assert kept >= {"gad-2", "phq-9"}
    assert ("audit-c" in kept) == (edge.database.engine.dialect.name != "sqlite")


def test_after_sending_there_is_nothing_to_compare_with_and_nothing_to_choose(
    edge, asked, met, sending
):
    edge.act(send_screening, **sending, checked=met.version)

    again = edge.act(send_screening, **sending, checked=met.version)
    assert again.screening.submission_id == sending["submission_id"]
    with pytest.raises(MoveNotAllowed):
        edge.act(choose_version, **asked, part="gad-2", mark=1)
    assert (edge.count(Draft), edge.count(Screening)) == (0, 1)


def test_parts_saved_at_the_same_moment_are_all_kept(edge, asked):
    with ThreadPoolExecutor(4) as devices:
        saves = [
            devices.submit(edge.act, save_part, **asked, part=part, answers=answers)
            for part, answers in CALM.items()
        ]
        for each in saves:
            each.result()

    found = edge.look(read_progress, **asked)
    assert (edge.count(Draft), dict(found.answers)) == (1, dict(CALM))


def test_a_drafts_version_does_not_tell_how_often_it_was_saved(edge, asked):
    versions = [edge.act(save_part, **asked, part="gad-2", answers=HIGH).version for _ in range(4)]

    assert len(set(versions)) == 4
    assert max(versions) > 1000  # drawn, not counted


def test_every_draft_is_as_long_whatever_is_in_it(edge, asked, met, make):
    other = make.window(asked["actor"].person_id, code="yearly")
    edge.act(save_part, **asked | {"window_id": other.id}, part="gad-2", answers={})

    assert len({len(draft.payload) for draft in edge.rows(Draft)}) == 1


def test_answers_of_a_part_that_is_not_asked_any_more_are_not_lost(edge, asked):
    edge.act(save_part, **asked, part="gad-2", answers=HIGH, page=Page(mark=1))
    edge.act(save_part, **asked, part="gad-7", answers={"3": 2})
    closed = edge.act(save_part, **asked, part="gad-2", answers=LOW, page=Page(1, 2))
    opened = edge.act(save_part, **asked, part="gad-2", answers=HIGH, page=Page(2, 3))

    assert "gad-7" not in closed.answers
    assert opened.answers["gad-7"] == {"1": 3, "2": 3, "3": 2}


def test_carried_answers_follow_the_short_form_until_they_are_changed_in_the_long_one(edge, asked):
    edge.act(save_part, **asked, part="gad-2", answers={"1": 2, "2": 2}, page=Page(mark=1))
    whole = {"1": 2, "2": 3, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0}
    edge.act(save_part, **asked, part="gad-7", answers=whole)
    found = edge.act(save_part, **asked, part="gad-2", answers={"1": 1, "2": 2}, page=Page(1, 2))

    assert found.answers["gad-7"] == whole | {"1": 1, "2": 3}


def test_a_page_made_before_the_short_form_changed_brings_no_old_answer_back(edge, asked):
    edge.act(save_part, **asked, part="gad-2", answers={"1": 2, "2": 2}, page=Page(mark=1))
    edge.act(save_part, **asked, part="gad-2", answers={"1": 3, "2": 2}, page=Page(1, 2))
    shown = {"1": 2, "2": 2, "3": 1}

    found = edge.act(
        save_part, **asked, part="gad-7", answers=shown, page=Page(untouched={"1", "2"})
    )

    assert found.answers["gad-7"] == {"1": 3, "2": 2, "3": 1}


def test_the_long_form_is_sent_with_the_carried_answers(edge, asked):
    for part, answers in (CALM | {"gad-2": {"1": 2, "2": 2}}).items():
        edge.act(save_part, **asked, part=part, answers=answers)
    rest = {str(number): 1 for number in range(3, 8)}
    whole = edge.act(save_part, **asked, part="gad-7", answers=rest)

    given = {key: asked[key] for key in ("actor", "window_id", "at")}
    receipt = edge.act(
        send_screening,
        **given,
        submission_id=whole.submission_id,
        answers=whole.answers,
        language="en",
        checked=whole.version,
    )

    response = receipt.payload.response("gad-7")
    assert (response.result.total, response.result.complete) == (9, True)
    assert response.answers == {"1": 2, "2": 2} | rest


def test_a_draft_that_an_earlier_version_kept_is_read_and_goes_on(edge, asked, make):
    edge.act(save_part, **asked, part="gad-2", answers=LOW)
    with make.kept() as session:
        draft = session.query(Draft).one()
        key = vault.key_for(session, person_id=draft.person_id)
        draft.payload = vault.sealed(key, draft, "payload", {"gad-2": HIGH}, size=2048)

    found = edge.look(read_progress, **asked)
    after = edge.act(
        save_part, **asked, part="gad-2", answers=LOW, page=Page(made_from=mark_of(found))
    )

    assert found.answers["gad-2"] == HIGH
    assert (after.answers["gad-2"], after.draft.to_choose) == (LOW, ())
