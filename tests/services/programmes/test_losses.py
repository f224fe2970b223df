"""What a change would have missed: counted on a small site, worked out by hand beforehand."""

from datetime import timedelta

import pytest

from models import vault
from models.base import new_key
from models.sealing import SealBroken
from models.tables.audit import AuditEvent
from models.tables.paper import EnteredInError
from models.tables.people import PersonKey
from models.tables.screenings import Screening
from models.vocabulary import Act, Role
from tests.factories import CALM, CRITICAL, TODAY
from tests.services.programmes.conftest import STRICTER, WIDER
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies.actor import console
from welfare.services.programme_losses import count_losses

YES_TO_3 = {"0": 1, "1": 1, "2": 1, "3": 1, "4": 0, "5": 0}
FOUND = CALM | {"pc-ptsd-5": YES_TO_3, "pcl-5": {str(each): 2 for each in range(1, 21)}}
MILD = CALM | {"pc-ptsd-5": YES_TO_3, "pcl-5": {str(each): 1 for each in range(1, 21)}}


@pytest.fixture
def counted(desk, make, edge):
    """What the clinic lead's stricter cut-point (4 instead of 3) would have missed."""
    row = desk.propose(desk.actors[Role.CLINIC_LEAD], STRICTER)

    def count(actor=desk.actors[Role.CLINIC_LEAD]):
        return edge.look(count_losses, actor=actor, change_id=row.id, at=make.now)

    return count


def told(losses):
    return {
        "screenings": losses.screenings,
        "people": len(losses.people),
        "not_found": len(losses.not_found),
        "critical": len(losses.critical),
        "asked_more": len(losses.asked_more),
        "asked_less": len(losses.asked_less),
    }


def test_a_small_site_is_counted_as_by_hand(counted, make):
    twice, company = make.person(), make.unit("A Company", make.root)
    make.screening(twice, FOUND, day=TODAY - timedelta(days=200))
    make.screening(twice, FOUND)
    make.screening(make.person(company), MILD, day=TODAY - timedelta(days=364))
    make.screening(make.person(), CRITICAL)
    make.screening(make.person(), CALM)

    # Not counted: longer ago, of another contingent, not what its person answered, erased.
    make.screening(make.person(), FOUND, day=TODAY - timedelta(days=365))
    make.screening(make.person(make.unit("Second Contingent")), FOUND)
    gone, wrong = make.person(), make.screening(make.person(), FOUND)
    make.screening(gone, FOUND)
    marker = make.actor(Role.CLINICIAN)
    with make.kept() as session:
        session.delete(session.get_one(PersonKey, gone.id))
        error = EnteredInError(
            id=new_key(),
            screening_id=wrong.id,
            person_id=wrong.person_id,
            marked_at=make.now,
            marked_by=marker.account_id,
        )
        key = vault.key_for(session, person_id=wrong.person_id)
        error.reason = vault.sealed(key, error, "reason", "Another person's form")
        session.add(error)

    assert told(counted()) == {
        "screenings": 5,
        "people": 4,
        "not_found": 1,  # positive on the longer questionnaire, which would not have opened
        "critical": 0,
        "asked_more": 0,
        "asked_less": 2,  # the same person, and the mild one
    }


def test_only_clinical_staff_of_the_whole_contingent_see_counts(counted, make):
    company = make.unit("A Company", make.root)
    make.screening(make.person(), FOUND)

    assert told(counted(make.actor(Role.CLINICIAN)))["not_found"] == 1
    for role in set(Role) - {Role.CLINICIAN, Role.CLINIC_LEAD}:
        with pytest.raises(AccessDenied):
            counted(make.actor(role))
    with pytest.raises(AccessDenied):
        counted(make.actor(Role.CLINIC_LEAD, company))
    with pytest.raises(AccessDenied):
        counted(console(make.root.path))
    with pytest.raises(RecordNotFound):
        counted(make.actor(Role.CLINIC_LEAD, make.unit("Second Contingent")))


def test_counting_is_one_event_that_names_nobody(counted, make, edge):
    for _ in range(3):
        make.screening(make.person(), FOUND)
    before = {each.id for each in edge.rows(AuditEvent)}

    counted()

    (event,) = [each for each in edge.rows(AuditEvent) if each.id not in before]
    assert (event.act, event.person_id) == (Act.PROGRAMME_READ, None)


def test_counting_takes_the_same_queries_however_many_there_are(counted, desk, make, edge):
    row = desk.propose(desk.actors[Role.CLINIC_LEAD], WIDER, code="own-other")
    given = {"actor": desk.actors[Role.CLINIC_LEAD], "change_id": row.id, "at": make.now}
    make.screening(make.person(), FOUND)
    one = edge.queries(count_losses, **given)
    for _ in range(4):
        make.screening(make.person(), FOUND)

    assert edge.queries(count_losses, **given) == one


def test_a_seal_that_is_broken_is_a_fault_and_no_number(counted, make, edge):
    first, second = make.screening(make.person(), FOUND), make.screening(make.person(), CALM)
    with make.kept() as session:
        session.get_one(Screening, first.id).payload = second.payload

    with pytest.raises(SealBroken):
        counted()
