"""Whatever somebody did with a person since a roster stands; and it tells nothing about them."""

from datetime import timedelta

import pytest

from models.tables.screenings import Screening, Window
from models.vocabulary import Role
from tests.factories import TODAY
from tests.roster_files import somebody
from tests.services.rosters.conftest import staying
from welfare.errors import InputRefused
from welfare.policies.actor import console
from welfare.policies.roster_undoing import Stays
from welfare.services import erasure, roster_undo


def open_account(clerk, make, edge):
    make.actor(Role.MEMBER, person=clerk.person("SN-1")[0])


def answer(clerk, make, edge):
    make.screening(clerk.person("SN-1")[0])


def alert(clerk, make, edge):
    make.alert(clerk.person("SN-1")[0])


def care(clerk, make, edge):
    make.case(clerk.person("SN-1")[0], make.actor(Role.CLINICIAN))


def deploy(clerk, make, edge):
    make.deployment(clerk.person("SN-1")[0])


def import_again(clerk, make, edge):
    clerk.apply(somebody("SN-1", given="Sami"))


def erase(clerk, make, edge):
    person = clerk.person("SN-1")[0]
    given = {"actor": console(make.root.path), "reason": "asked", "at": make.now}
    edge.act(erasure.erase_person, person_id=person.id, **given)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (open_account, Stays.IN_USE),
        (answer, Stays.IN_USE),
        (alert, Stays.IN_USE),
        (care, Stays.IN_USE),
        (deploy, Stays.CHANGED_SINCE),
        (import_again, Stays.CHANGED_SINCE),
        (erase, Stays.ERASED),
    ],
)
def test_whoever_left_a_trace_stays_and_nothing_is_done_by_half(
    clerk, make, edge, applied, happens, reason
):
    happens(clerk, make, edge)
    before = edge.contents()

    found = edge.look(roster_undo.read_import, actor=clerk.actor, import_id=applied.id, at=make.now)
    with pytest.raises(InputRefused):
        clerk.undo(applied)

    assert staying(found) == [(2, reason)]
    assert edge.contents() == before


def test_even_so_the_rest_is_taken_back_and_what_has_to_stay_stays(clerk, make, edge, applied):
    open_account(clerk, make, edge)

    undone = clerk.undo(applied, even_so=True)

    assert (undone.removable, staying(undone)) == (1, [(2, Stays.IN_USE)])
    assert clerk.person("SN-1") is not None
    assert clerk.person("SN-2") is None


def test_answers_and_care_look_alike_to_an_administrator(clerk, make, edge, applied):
    answer(clerk, make, edge)
    first = edge.look(roster_undo.read_import, actor=clerk.actor, import_id=applied.id, at=make.now)
    care(clerk, make, edge)

    second = edge.look(
        roster_undo.read_import, actor=clerk.actor, import_id=applied.id, at=make.now
    )

    assert staying(first) == staying(second)


@pytest.mark.parametrize("has_answered", [True, False])
def test_whether_a_member_answered_cannot_be_told_from_what_stays(clerk, make, edge, has_answered):
    row = clerk.row_of(make.actor(Role.MEMBER))
    days = {
        "deployed_from": (TODAY - timedelta(days=300)).isoformat(),
        "deployed_until": (TODAY - timedelta(days=120)).isoformat(),
    }
    roster = clerk.apply(row | {"mission": "River Mission"} | days)
    edge.schedule()
    if has_answered:
        (window, *_) = edge.rows(Window, Window.opens_on <= TODAY)
        person, *_ = clerk.person(row["service_number"])
        screening = make.screening(person)
        with make.kept() as session:
            session.get_one(Screening, screening.id).window_id = window.id

    found = edge.look(roster_undo.read_import, actor=clerk.actor, import_id=roster.id, at=make.now)

    assert staying(found) == [(2, Stays.ASKED)]
