"""Work, days and rosters after an erasure: ended where they must, right where they count."""

from sqlalchemy import select

from models.tables.accounts import Post
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.tables.letters import Letter
from models.tables.people import Deployment, Membership, Person
from models.tables.places import DutyRoster
from models.tables.screenings import Screening, Window
from models.vocabulary import (
    Act,
    AlertStatus,
    CaseStatus,
    LetterKind,
    Role,
)
from tests.factories import TODAY
from tests.models.erasure.remains import erase, rows


def test_roster_and_days_stay_so_that_counts_of_the_past_stay_right(watched, whole, make):
    erase(watched, whole, make.now)

    with watched.reading() as session:
        (membership,) = rows(session, Membership)
        (window,) = rows(session, Window)
        (post,) = rows(session, Post)
        assert (membership.until_day, post.until_day) == (TODAY, TODAY)
        assert window.opens_on < TODAY  # the one to come is gone: nobody will be asked
        assert len(rows(session, Screening)) == 2
        assert len(rows(session, Deployment)) == 1
        (letter,) = rows(session, Letter)
        assert (letter.kind, letter.sent_at) == (LetterKind.NUDGE, make.now)
        (duty,) = rows(session, DutyRoster)
        assert duty.until_at == make.now


def test_work_that_was_open_about_the_person_ends_and_each_end_is_in_the_trail(watched, make):
    """As after a restore of a backup from before it was closed."""
    clinician, person = make.actor(Role.CLINICIAN), make.actor()
    with watched.reading() as session:
        patient = session.get_one(Person, person.person_id)
    seen = {"acknowledged_at": make.now, "acknowledged_by": clinician.account_id}
    unseen = make.alert(patient, clinician)
    make.alert(patient, clinician, status=AlertStatus.ACKNOWLEDGED, **seen)
    make.case(patient, clinician)
    letter = {"recipient_id": clinician.account_id, "alert_id": unseen.id, "written_at": make.now}
    with make.kept() as session:
        session.add(Letter(kind=LetterKind.NUDGE, **letter, next_try_at=make.now))

    erase(watched, person, make.now)

    with watched.reading() as session:
        alerts = {alert.status: alert for alert in rows(session, Alert)}
        assert set(alerts) == {AlertStatus.HISTORIC, AlertStatus.CLOSED}
        assert {alert.next_nudge_at for alert in alerts.values()} == {None}
        assert alerts[AlertStatus.CLOSED].closed_at == make.now
        assert alerts[AlertStatus.HISTORIC].acknowledged_by is None  # nobody is made to have seen
        assert [case.status for case in rows(session, Case)] == [CaseStatus.CLOSED]
        assert rows(session, Letter) == []
        acts = sorted(event.act for event in rows(session, AuditEvent))
    assert acts == [Act.ALERT_CLOSED, Act.ALERT_CLOSED, Act.CASE_CLOSED, Act.PERSON_ERASED]


def test_work_about_others_goes_on(watched, whole, make):
    clinician, other = make.actor(Role.CLINICIAN), make.person()
    alert = make.alert(other, clinician)
    make.case(other, clinician)
    letter = {"recipient_id": clinician.account_id, "alert_id": alert.id, "written_at": make.now}
    with make.kept() as session:
        session.add(Letter(kind=LetterKind.NUDGE, **letter, next_try_at=make.now))

    erase(watched, whole, make.now)

    with watched.reading() as session:
        assert session.get_one(Alert, alert.id).status is AlertStatus.RAISED
        assert session.scalars(select(Case)).one().status is CaseStatus.OPEN
        assert session.scalars(select(Letter).where(Letter.alert_id == alert.id)).one()
