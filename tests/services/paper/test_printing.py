"""Printing a form: for people of the own units, under a new number, with no name and no guess."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import vault
from models.tables.paper import PaperForm
from models.tables.people import Identity
from models.vocabulary import Act, Role, WindowStatus
from tests.factories import TODAY
from welfare.errors import (
    AccessDenied,
    InputRefused,
    MoveNotAllowed,
    NotOffered,
    RecordNotFound,
)
from welfare.services import paper_forms
from welfare.services.paper_forms import find_person, list_windows, print_form, read_sheet

MISSED = {"opens_on": TODAY - timedelta(days=90), "due_by": TODAY - timedelta(days=20)}
MISSED["closes_on"] = TODAY - timedelta(days=10)


def number_of(make, person_id):
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=person_id)
        return vault.opened(key, session.get_one(Identity, person_id), "content")["service_number"]


def test_a_person_is_found_by_number_with_what_is_open_and_what_was_missed(
    edge, make, clinician, member, window
):
    make.window(member.person_id, **MISSED)
    make.window(
        member.person_id, opens_on=TODAY + timedelta(days=3), due_by=TODAY + timedelta(days=9)
    )

    service_number = number_of(make, member.person_id)
    person_id = edge.look(find_person, actor=clinician, service_number=service_number)
    found = edge.look(list_windows, actor=clinician, person_id=person_id, today=TODAY, at=make.now)

    assert person_id == member.person_id
    assert [each.status for each in found.windows] == [WindowStatus.OPEN, WindowStatus.MISSED]
    assert found.service_number == service_number
    assert edge.acts() == {Act.LIST_READ: 1}


def test_printing_again_makes_a_new_number_and_the_first_still_counts(edge, printed, window):
    first, second = printed(), printed()

    assert first.number != second.number
    assert [form.closed_at for form in edge.rows(PaperForm)] == [None, None]
    assert (second.window_id, second.programme) == (window.id, window.programme)
    assert edge.acts() == {Act.PAPER_PRINTED: 2}


def test_the_sheet_holds_both_stages_and_nobodys_name(edge, make, clinician, form):
    sheet = edge.look(read_sheet, actor=clinician, form_id=form.id, at=make.now)

    assert [part.code for part in sheet.parts] == [
        "pc-ptsd-5",
        "phq-9",
        "gad-2",
        "audit-c",
        "pcl-5",
        "gad-7",
    ]
    assert [bool(part.gates) for part in sheet.parts] == [False] * 4 + [True] * 2
    assert sheet.parts[-1].before == {"1", "2"}  # the GAD-2 asks them


def strangers(make):
    company = make.unit("A Company", make.root)
    yield make.actor(Role.CLINICIAN, company)
    yield make.actor(Role.CLINIC_LEAD, make.unit("Another contingent"))
    for role in set(Role) - {Role.CLINICIAN, Role.CLINIC_LEAD}:
        yield make.actor(role)


def test_nobody_else_finds_the_person_prints_or_sees_the_sheet(edge, make, member, window, form):
    service_number = number_of(make, member.person_id)
    for actor in [*strangers(make), member]:
        with pytest.raises(InputRefused):
            edge.look(find_person, actor=actor, service_number=service_number)
        at = {"actor": actor, "at": make.now}
        with pytest.raises(AccessDenied):
            edge.look(list_windows, **at, person_id=member.person_id, today=TODAY)
        with pytest.raises(AccessDenied):
            edge.act(print_form, **at, window_id=window.id, language="en", today=TODAY)
        with pytest.raises(AccessDenied):
            edge.look(read_sheet, **at, form_id=form.id)


def test_clinicians_do_not_print_for_themselves(edge, make, clinician):
    own = make.window(clinician.person_id)

    with pytest.raises(AccessDenied):
        edge.act(
            print_form,
            actor=clinician,
            window_id=own.id,
            language="en",
            today=TODAY,
            at=make.now,
        )


@pytest.mark.parametrize(
    ("opens", "due", "closes", "is_asked"),
    [
        (-10, 80, 90, True),
        (-90, -20, 10, True),
        (-90, -20, -10, True),
        (3, 20, 30, False),
        (-90, 20, -10, False),
    ],
)
def test_only_what_is_open_or_was_missed_is_printed(
    edge, make, printed, member, opens, due, closes, is_asked
):
    days = {"opens_on": opens, "due_by": due, "closes_on": closes}
    window = make.window(
        member.person_id,
        code="other",
        **{name: TODAY + timedelta(days=day) for name, day in days.items()},
    )

    if is_asked:
        assert printed(window_id=window.id).window_id == window.id
    else:
        with pytest.raises(MoveNotAllowed):
            printed(window_id=window.id)


def test_what_was_answered_or_does_not_exist_is_not_printed(edge, make, key, printed):
    key()
    key(turn=2)

    with pytest.raises(MoveNotAllowed):
        printed()
    with pytest.raises(RecordNotFound):
        printed(window_id=uuid4())


def test_where_nobody_could_react_nothing_is_printed(edge, make):
    unit = make.unit("Far away")
    clinician, person = make.actor(Role.CLINICIAN, unit), make.person(unit)
    window = make.window(person.id)
    asked = {"actor": clinician, "today": TODAY, "at": make.now}

    with pytest.raises(NotOffered):
        edge.act(print_form, **asked, window_id=window.id, language="en")
    assert not edge.look(list_windows, **asked, person_id=person.id).is_offered


def test_listing_windows_takes_as_many_queries_however_many_forms_are_out(
    edge, make, clinician, member, printed
):
    asked = {"actor": clinician, "person_id": member.person_id, "today": TODAY, "at": make.now}
    printed()
    few = edge.queries(paper_forms.list_windows, **asked)

    for _ in range(3):
        printed(
            window_id=make.window(
                member.person_id,
                **MISSED | {"opens_on": MISSED["opens_on"] - timedelta(days=_ + 1)},
            ).id
        )

    assert edge.queries(paper_forms.list_windows, **asked) == few
