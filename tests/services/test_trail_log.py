"""The trail as an auditor reads it: kinds of acts and tokens, never names of members."""

from dataclasses import replace

import pytest

from models.base import new_key
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Decision, Role
from tests.factories import CALM, CRITICAL, TODAY
from welfare.services.paper_forms import print_form
from welfare.services.paper_keying import key_in
from welfare.services.screenings import send_screening
from welfare.services.trail_log import PAGE, read_trail
from welfare.web.act_words import ACTS


@pytest.fixture
def auditor(make):
    return make.actor(Role.AUDITOR)


def happen(make, actor, times=1, **given):
    with make.kept() as session:
        session.add_all(
            AuditEvent(
                id=new_key(),
                at=make.now,
                act=Act.RECORD_READ,
                decision=Decision.ALLOWED,
                actor_id=actor.account_id,
                role=actor.role,
                request_id=new_key(),
                **given,
            )
            for _ in range(times)
        )


def test_staff_are_named_members_are_not_and_subjects_are_tokens(edge, make, auditor):
    person = make.person()
    for actor in (make.actor(Role.CLINICIAN), make.actor(Role.CLINIC_LEAD), make.actor()):
        happen(make, actor, person_id=person.id)

    entries = edge.look(read_trail, actor=auditor, before=None, at=make.now).entries

    by_role = {entry.role: entry for entry in entries}
    member = by_role.pop(Role.MEMBER)
    (token,) = {entry.subject for entry in by_role.values()}
    assert all(entry.actor.startswith("Adan Marrow") for entry in by_role.values())
    assert len(token) == 10 and token not in str(person.id).replace("-", "")
    assert (member.actor, member.subject) == ("", None)


def test_typing_in_a_form_is_one_row_whatever_was_ticked(edge, make, auditor):
    make.reachable()
    clinician = make.actor(Role.CLINICIAN)
    for answers in (CALM, CRITICAL):
        window = make.window(make.person().id)
        asked = {"window_id": window.id, "language": "en", "today": TODAY, "at": make.now}
        form = edge.act(print_form, **asked, actor=in_a_request(clinician))
        keyed = {"form_id": form.id, "day": TODAY, "hour": None, "answers": answers}
        for turn in (1, 2):
            edge.act(key_in, **keyed, turn=turn, actor=in_a_request(clinician), at=make.now)

    entries = edge.look(read_trail, actor=auditor, before=None, at=make.now).entries

    calm, critical = (
        [each for each in entries if each.subject == token] for token in tokens(entries)
    )
    kinds = [
        [ACTS[each.act.value.partition(".")[0]] for each in these] for these in (calm, critical)
    ]
    assert kinds[0] == kinds[1] and len(calm) == 3


def in_a_request(actor):
    return replace(actor, request_id=new_key())


def tokens(entries):
    return dict.fromkeys(each.subject for each in entries)


def test_the_trail_does_not_tell_whether_an_answer_was_critical(edge, make, auditor):
    make.reachable()
    for answers in (CALM, CRITICAL):
        member = make.actor()
        edge.act(
            send_screening,
            actor=member,
            window_id=make.window(member.person_id).id,
            submission_id=new_key(),
            answers=answers,
            language="en",
            at=make.now,
        )

    page = edge.look(read_trail, actor=auditor, before=None, at=make.now)

    shown = [(ACTS[entry.act.partition(".")[0]], entry.role, entry.actor) for entry in page.entries]
    assert len(shown) == 2
    assert shown[0] == shown[1]


def test_pages_follow_each_other_without_a_gap(edge, make, auditor):
    happen(make, make.actor(Role.CLINICIAN), times=PAGE + 10)
    every = {event.id for event in edge.rows(AuditEvent)}

    first = edge.look(read_trail, actor=auditor, before=None, at=make.now)
    second = edge.look(read_trail, actor=auditor, before=first.older_than, at=make.now)

    seen = [entry.id for entry in (*first.entries, *second.entries)]
    assert len(first.entries) == PAGE
    assert second.older_than is None
    assert len(seen) == len(set(seen)) and set(seen) == every
    assert seen == sorted(seen, reverse=True)


def test_reading_the_trail_is_in_the_trail(edge, make, auditor):
    edge.look(read_trail, actor=auditor, before=None, at=make.now)

    (event,) = edge.rows(AuditEvent)
    assert (event.act, event.actor_id) == (Act.TRAIL_READ, auditor.account_id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_else_finds_anything_in_it(edge, make, role):
    happen(make, make.actor(Role.CLINICIAN))

    page = edge.look(read_trail, actor=make.actor(role), before=None, at=make.now)

    assert page.entries == ()


def test_the_database_itself_refuses_to_change_the_trail(edge, make):
    happen(make, make.actor(Role.CLINICIAN))

    for change in ("UPDATE audit_event SET role = NULL", "DELETE FROM audit_event"):
        with (
            pytest.raises(Exception, match="never changed"),
            edge.database.engine.begin() as connection,
        ):
            connection.exec_driver_sql(change)
    assert edge.count(AuditEvent) == 1
