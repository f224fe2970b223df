"""Nothing that somebody agreed to or declined keeps a human from them, and their human may read."""

import pytest

from models.vocabulary import AlertStatus, Role
from tests.architecture.code import ROOT, short
from tests.hazards.scenes import HALF_HOUR, nudge, send
from welfare.errors import AccessDenied
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.own_windows import decline_window
from welfare.services.records import read_record

# From an answer to a human: rooms that must not know what anybody agreed to.
THE_WAY = (
    "models/alerts.py",
    "models/duty.py",
    "models/keeping.py",
    "welfare/policies/alert_rounds.py",
    "welfare/services/alerts.py",
    "welfare/services/duty_changes.py",
    "welfare/services/nudges.py",
    "welfare/services/overdue_alerts.py",
    "welfare/services/screenings.py",
)


@pytest.mark.parametrize("room", THE_WAY)
def test_no_consent_is_asked_on_the_way_from_an_answer_to_a_human(room):
    """Control: there is none. Whoever writes one here makes this fail."""
    text = (ROOT / room).read_text().lower()

    assert "consent" not in text and "withdrawn" not in text, short(ROOT / room)


def test_whoever_declined_one_check_is_heard_in_the_next(edge, make):
    clinician, member = make.reachable(), make.actor()
    declined = make.window(member.person_id, code="declined")
    edge.act(decline_window, actor=member, window_id=declined.id, at=make.now)

    receipt = send(edge, make, member)

    assert (receipt.alert.status, receipt.alert.owner_id) == (
        AlertStatus.RAISED,
        clinician.account_id,
    )


def test_owner_and_cover_read_the_record_for_as_long_as_the_alert_is_open(edge, make):
    """Control: `rules.cared_for`. Without it whoever is woken at night reads nothing."""
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    stranger = make.actor(Role.CLINICIAN)
    receipt = send(edge, make)
    for number in range(1, 4):  # unread, so that it goes to the lead
        nudge(edge, make.now + number * HALF_HOUR)
    asked = {"person_id": receipt.screening.person_id, "at": make.now}

    for reader in (clinician, lead):
        assert edge.look(read_record, actor=reader, **asked).screenings
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=stranger, **asked)

    _close(edge, lead, receipt.alert.id, make.now)
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=clinician, **asked)


def _close(edge, actor, alert_id, at):
    acting = {"actor": actor, "alert_id": alert_id, "at": at}
    edge.act(acknowledge_alert, **acting)
    edge.act(record_contact, **acting, result="reached", channel="phone", words="")
    edge.act(close_alert, **acting, outcome="supported", words="")
