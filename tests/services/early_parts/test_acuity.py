"""After a part that was sent early: its alert is told, then and with the whole."""

from uuid import uuid4

from models import vault
from models.tables.care import Alert
from tests.factories import CRITICAL
from welfare.policies.acuity import Acuity, told_of
from welfare.services.acuity import tell_acuity
from welfare.services.early_parts import send_critical_parts
from welfare.services.screenings import send_screening


def told(edge):
    (alert,) = edge.rows(Alert)
    with edge.database.reading() as session:
        return told_of(vault.key_for(session, person_id=alert.person_id), alert)


def test_the_part_that_was_sent_before_the_rest_can_be_told(edge, sent, drafted, make, member):
    part = edge.act(send_critical_parts, **sent)

    given = {"actor": member, "screening_id": part.id, "at": make.now}
    edge.act(tell_acuity, given={"today": "yes"}, **given)

    assert told(edge) == Acuity(today=True)


def test_with_the_whole_the_alert_of_its_part_is_told(edge, sent, drafted, make, member):
    edge.act(send_critical_parts, **sent)
    whole = edge.act(
        send_screening,
        **sent,
        submission_id=uuid4(),
        answers=CRITICAL,
        checked=drafted.version,
    )

    given = {"actor": member, "screening_id": whole.screening.id, "at": make.now}
    edge.act(tell_acuity, given={"reach": "yes"}, **given)

    assert told(edge) == Acuity(reach=True)
