"""Somebody in care who is erased is asked nothing any more, and nothing says what was asked."""

from models.assigned import plan_next
from models.erasure import erase
from models.tables.measures import AssignedMeasure
from models.tables.screenings import Window
from models.vocabulary import Role
from tests.factories import TODAY
from welfare.policies.actor import Machine


def test_what_was_assigned_ends_and_what_it_sealed_is_overwritten(edge, make, person):
    """Also where the care is open again, as after a restore."""
    case = make.case(person, make.actor(Role.CLINICIAN))
    weekly, before = make.measure(case), make.measure(case, "gad-7")
    sealed = {each.id: each.content for each in edge.rows(AssignedMeasure)}

    given = {"person_id": person.id, "erased_at": make.now, "erased_by": None}
    edge.act(erase, by=Machine(), at=make.now, **given)

    rows = {each.id: each for each in edge.rows(AssignedMeasure)}
    assert rows.keys() == {weekly.id, before.id}
    for key, row in rows.items():
        assert row.ended_at is not None
        assert row.content != sealed[key] and len(row.content) == len(sealed[key])
    assert all(each.set_aside is not None for each in edge.rows(Window))
    with edge.database.writing() as session:
        assert plan_next(session, person_ids=[person.id], today=TODAY) == 0
