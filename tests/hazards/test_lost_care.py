"""Care is not lost when an alert is closed or a person is posted elsewhere."""

from models.tables.care import Alert
from models.tables.people import Person
from models.vocabulary import AlertStatus, Role
from tests.factories import TODAY
from tests.hazards.scenes import send
from welfare.services.alerts import acknowledge_alert, list_unseen
from welfare.services.work_list import read_work_list


def test_who_looks_after_somebody_keeps_them_in_view_after_the_alert_is_closed(edge, make):
    clinician = make.reachable()
    receipt = send(edge, make)
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)
    with make.kept() as session:
        alert = session.get_one(Alert, receipt.alert.id)
        alert.status, alert.closed_at, alert.outcome = (
            AlertStatus.CLOSED,
            make.now,
            alert.detail,
        )

    rows = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert [row.person_id for row in rows] == [receipt.screening.person_id]


def test_an_alert_stays_with_the_unit_where_it_was_raised_when_the_person_is_posted(edge, make):
    make.reachable()
    lead = make.actor(Role.CLINIC_LEAD)
    receipt = send(edge, make)
    elsewhere = make.unit("Another contingent")
    with make.kept() as session:
        session.get_one(Person, receipt.screening.person_id).unit_id = elsewhere.id

    unseen = edge.look(list_unseen, actor=lead, at=make.now)

    assert [each.alert.id for each in unseen] == [receipt.alert.id]
