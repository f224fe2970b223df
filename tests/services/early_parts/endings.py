"""What follows a part sent early: its alert is settled, the whole is sent."""

from uuid import uuid4

from models.tables.care import Alert
from models.tables.screenings import Draft
from tests.factories import CRITICAL
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.screenings import send_screening

WORSE = CRITICAL["phq-9"] | {"9": 3}


def acknowledge(edge, clinician, at):
    (alert,) = edge.rows(Alert)
    care = {"actor": clinician, "alert_id": alert.id, "at": at}
    edge.act(acknowledge_alert, **care)
    return care


def close(edge, clinician, at):
    care = acknowledge(edge, clinician, at)
    edge.act(record_contact, **care, result="reached", channel="phone", words="")
    edge.act(close_alert, **care, outcome="supported", words="")


def whole(edge, sent, answers=CRITICAL):
    """Send everything, from a page that knows the newest draft."""
    checked = next(
        (d.version for d in edge.rows(Draft, Draft.window_id == sent["window_id"])), None
    )
    given = {"submission_id": uuid4(), "answers": answers, "checked": checked}
    return edge.act(send_screening, **sent | given)
