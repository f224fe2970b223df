"""The wrong person answers, or somebody else's answers come into a record."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.care import Alert
from models.tables.people import PersonKey
from models.tables.reminders import WindowLink
from models.tables.screenings import Screening, Window
from models.vocabulary import LinkEnding, Origin, Role
from tests.factories import CALM, CRITICAL, TODAY
from tests.hazards.scenes import PROGRAMME, send
from tests.services.merging.conftest import two as two
from tests.services.reminders.conftest import scene as scene
from tests.services.reminders.endings import guess, use
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies.window_links import TRIES
from welfare.services import entered_in_error, merging, right_record
from welfare.services.imports import Incoming, Source, load_screenings
from welfare.services.records import read_record
from welfare.services.screenings import send_screening
from welfare.services.window_links import refuse_link


def test_a_forwarded_link_asks_what_only_its_owner_knows(edge, make, scene):
    """Control: the two facts of `window_links.use_link`."""
    for wrong in ({"birth_year": "1991"}, {"service_number": "0000"}):
        with pytest.raises(InputRefused):
            use(edge, scene, make.now, **wrong)

    assert use(edge, scene, make.now)


def test_a_shared_code_is_not_guessed(edge, make, scene):
    """Control: `window_links._note_wrong_facts`. After some wrong facts the right ones are late."""
    guess(edge, make, scene, TRIES)

    with pytest.raises(RecordNotFound):
        use(edge, scene, make.now)


def test_this_is_not_me_ends_the_link(edge, make, scene):
    """Control: `window_links.refuse_link`, which asks nothing of whoever presses it."""
    edge.act(refuse_link, token=scene.token, at=make.now)

    with pytest.raises(RecordNotFound):
        use(edge, scene, make.now)
    assert [each.closed_for for each in edge.rows(WindowLink)] == [LinkEnding.NOT_ME]


def test_a_file_joins_nobody_to_answers_that_were_somebody_elses(edge, make):
    """Control: the person in the comparison of `imports.load_screenings`."""
    owner, other = make.person(), make.person()
    answers = [Incoming("p1", TODAY - timedelta(days=40), {"phq-9": CRITICAL["phq-9"]})]
    given = {"actor": make.actor(Role.ADMINISTRATOR), "incoming": answers, "at": make.now}
    given["source"] = Source("made up", Origin.IMPORT, PROGRAMME)
    edge.act(load_screenings, people={"p1": owner.id}, **given)

    again = edge.act(load_screenings, people={"p1": other.id}, **given)

    assert (again.differing, again.kept) == ([0], [])
    assert [each.person_id for each in edge.rows(Screening)] == [owner.id]


def test_two_records_are_joined_by_two_people_and_can_be_parted(two, edge):
    """Control: `merging.confirm_merge` refuses who asked; `merging.part_again` gives back."""
    merge = two.ask()
    with pytest.raises(AccessDenied):
        two.confirm(merge, actor=two.asker)
    assert len(edge.rows(PersonKey, PersonKey.person_id == two.second.id)) == 1

    two.confirm(merge)
    held = {key.person_id for key in edge.rows(PersonKey)}
    edge.act(merging.part_again, actor=two.asker, merge_id=merge.id, at=two.make.now)

    assert {key.person_id for key in edge.rows(PersonKey)} == held | {two.second.id}


def test_what_was_entered_in_error_counts_for_nothing(edge, make):
    """Control: `entered_in_error.mark` works the results out without it and frees its window."""
    clinician, member = make.reachable(), make.actor()
    sent = send(edge, make, member)
    given = {"reason": "other_person", "words": "", "at": make.now}

    edge.act(entered_in_error.mark, actor=clinician, screening_id=sent.screening.id, **given)

    record = edge.look(read_record, actor=clinician, person_id=member.person_id, at=make.now)
    assert [each.mistake is not None for each in record.screenings] == [True]
    (kept,), (window,) = edge.rows(Screening), edge.rows(Window)
    assert kept.window_id is None
    again = {"actor": member, "window_id": window.id, "submission_id": uuid4(), "answers": CALM}
    assert edge.act(send_screening, **again, language="en", at=make.now).screening.id != kept.id


def test_what_stood_in_the_wrong_record_leads_to_care_in_the_right_one(edge, make):
    """Control: `right_record.move_screening` takes the alert along; it keeps its clock."""
    clinician, member, right = make.reachable(), make.actor(), make.person()
    sent = send(edge, make, member, CRITICAL)
    (before,) = edge.rows(Alert)
    given = {"person_id": right.id, "reason": "shared", "words": "On one phone.", "at": make.now}

    edge.act(right_record.move_screening, actor=clinician, screening_id=sent.screening.id, **given)

    (alert,) = edge.rows(Alert)
    assert (alert.person_id, alert.owner_id) == (right.id, clinician.account_id)
    assert (alert.status, alert.due_at) == (before.status, before.due_at)
