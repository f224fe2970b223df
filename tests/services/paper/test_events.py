"""Printing, typing in, settling and striking out: without its event none of it happened."""

import pytest
from sqlalchemy.exc import SQLAlchemyError

from models.tables.people import Person
from tests.factories import CALM, CRITICAL
from welfare.services import entered_in_error


@pytest.fixture
def acts(edge, make, key, settle, printed, member, clinician):
    """Each as it would be done now."""
    differing = printed()
    key(CALM, form_id=differing.id)
    key({}, turn=2, form_id=differing.id)
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)
    screening = make.screening(person)
    chosen = {code: dict(given) for code, given in CALM.items()}
    return {
        "print": printed,
        "type in": lambda: key(CRITICAL),
        "settle": lambda: settle(chosen, form_id=differing.id),
        "strike out": lambda: edge.act(
            entered_in_error.mark,
            actor=clinician,
            screening_id=screening.id,
            reason="twice",
            words="",
            at=make.now,
        ),
    }


@pytest.mark.parametrize("name", ["print", "type in", "settle", "strike out"])
def test_where_the_trail_cannot_be_written_nothing_happened(edge, acts, name):
    edge.break_table("audit_event")
    before = edge.contents()

    with pytest.raises(SQLAlchemyError, match="audit_event"):
        acts[name]()

    assert edge.contents() == before
