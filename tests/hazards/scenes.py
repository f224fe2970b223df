"""What happens around an alert, for tests of hazards: answers, nudges, letters, lost duty."""

from uuid import uuid4

from models.programmes import load
from models.tables.accounts import Account
from models.tables.letters import Letter
from models.tables.places import CrisisContact
from tests.factories import CRITICAL
from welfare.jobs.alerts import Walk, run
from welfare.policies.actor import Machine
from welfare.services.nudges import note_sent, nudge_again
from welfare.services.screenings import send_screening

PROGRAMME = load("un-contingent")
CLOCKS = PROGRAMME.clocks
HALF_HOUR = CLOCKS.nudge_every
THE_WORKER = uuid4()


def send(edge, make, member=None, answers=CRITICAL, at=None):
    member = member or make.actor()
    return edge.act(
        send_screening,
        actor=member,
        window_id=make.window(member.person_id).id,
        submission_id=uuid4(),
        answers=answers,
        language="en",
        at=at or make.now,
    )


def nudge(edge, at):
    """One round of the job: what waited has left, what is due is written."""
    for letter in edge.rows(Letter, Letter.sent_at.is_(None)):
        edge.act(note_sent, letter_id=letter.id, at=at)
    return edge.act(nudge_again, by=Machine(), programme=PROGRAMME, at=at)


def look_after(edge, at):
    """One round of the alerts job."""
    run(edge.database, programme=PROGRAMME, walk=Walk(), holder=THE_WORKER, at=at)


def told(edge):
    """To whom letters were written, in order, and of which kind."""
    letters = sorted(edge.rows(Letter), key=lambda letter: letter.written_at)
    return [(letter.recipient_id, letter.kind) for letter in letters]


def take_away_the_duty(make, clinician):
    with make.kept() as session:
        session.get_one(Account, clinician.account_id).disabled_at = make.now


def take_away_the_contact(make, clinician):
    with make.kept() as session:
        session.delete(session.query(CrisisContact).one())
