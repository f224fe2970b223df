"""What a second clinician, a former one and a lead can not do with a case."""

from datetime import timedelta

import pytest

from models.tables.care import Case
from models.vocabulary import CaseStatus, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record
from welfare.services import cases
from welfare.services.care import read_care
from welfare.services.caseloads import ask_hand_over, hand_over_caseload
from welfare.services.records import read_record

CHANGES = (
    Permission.DEPLOYMENT_EVENT_RECORD,
    Permission.SCREENING_MOVE,
    Permission.SCREENING_STRIKE,
    Permission.WINDOW_WAIVE,
)


@pytest.mark.parametrize("permission", CHANGES)
def test_who_shares_a_case_reads_the_record_and_changes_nothing_in_it(it, permission):
    it.share()
    record = Record(it.person, cases=(it.now(),))

    assert access.allows(it.colleague, Permission.RECORD_READ, record)
    assert not access.allows(it.colleague, permission, record)
    assert access.allows(it.mine, permission, record)


def test_a_lead_gives_nobodys_record_to_themselves(edge, make, it):
    lead = make.actor(Role.CLINIC_LEAD)
    asked = {"actor": lead, "account_id": it.mine.account_id}

    offered = edge.look(ask_hand_over, **asked, today=TODAY).colleagues
    with pytest.raises(InputRefused):
        it.act(cases.hand_over_case, actor=lead, colleague_id=lead.account_id)
    with pytest.raises(InputRefused):
        edge.act(hand_over_caseload, **asked, colleague_id=lead.account_id, at=make.now)

    assert lead.account_id not in {account_id for account_id, _name in offered}
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=lead, person_id=it.person.id, at=make.now)


def test_who_works_elsewhere_by_now_reads_and_opens_no_former_case(edge, make, it):
    elsewhere = make.actor(Role.CLINICIAN, make.unit("B Company", make.root))
    over = {"status": CaseStatus.CLOSED, "closed_at": make.now - timedelta(days=1)}
    case = make.case(it.person, elsewhere, **over)

    with pytest.raises(AccessDenied):
        edge.act(cases.reopen_case, actor=elsewhere, case_id=case.id, at=make.now)
    with pytest.raises(RecordNotFound):
        edge.look(read_care, actor=elsewhere, person_id=it.person.id, at=make.now)


def test_who_gave_a_case_away_never_opens_it_again(edge, make, it):
    second = make.actor(Role.CLINICIAN)
    it.share(second)
    theirs = make.case(it.person, it.colleague)

    it.give()

    assert it.now().status is CaseStatus.CLOSED
    assert edge.rows(Case, Case.id == theirs.id)[0].second_id == second.account_id
    with pytest.raises(AccessDenied):
        it.act(cases.reopen_case)
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=it.mine, person_id=it.person.id, at=make.now)
