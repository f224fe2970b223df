"""How the site is doing, in counts: the letters that operators see waiting are those that are."""

from datetime import timedelta

import pytest

from models.tables.letters import Letter
from models.vocabulary import AlertStatus, LetterKind, Role
from tests.factories import NOW
from welfare.services.condition import read_condition
from welfare.services.nudges import letters_waiting

HOUR = timedelta(hours=1)
# Whoever took the alert hears of it again: a planned try has passed, or its clock.
TAKEN_BEFORE = {"status": AlertStatus.ACKNOWLEDGED, "acknowledged_at": NOW - 4 * HOUR}


@pytest.fixture
def letter(make):
    """A letter of one kind that was written three hours ago and has not left."""

    def written(kind, **about):
        with make.kept() as session:
            session.add(
                Letter(
                    kind=kind,
                    written_at=NOW - 3 * HOUR,
                    next_try_at=NOW - 3 * HOUR,
                    **about,
                )
            )

    return written


def counted(database):
    """As operators see it, and as the job that sends them sees it."""
    with database.reading() as session:
        condition = read_condition(session, job="nudges", at=NOW)
        return condition, len(letters_waiting(session, at=NOW))


@pytest.mark.parametrize(
    ("kind", "given", "waits_since"),
    [
        (LetterKind.NUDGE, {}, NOW - 3 * HOUR),
        (LetterKind.NUDGE, {"status": AlertStatus.ACKNOWLEDGED}, None),
        (LetterKind.ESCALATION, {}, NOW - 3 * HOUR),
        (LetterKind.NUDGE, TAKEN_BEFORE, NOW - 3 * HOUR),
        (LetterKind.ESCALATION, TAKEN_BEFORE, NOW - 3 * HOUR),
        (LetterKind.ESCALATION, {"status": AlertStatus.ACKNOWLEDGED}, None),
        (LetterKind.NOTICE, None, NOW - 3 * HOUR),
        (LetterKind.INVITATION, {"confirmed_at": NOW - 2 * HOUR}, NOW - 2 * HOUR),
        (LetterKind.INVITATION, {"confirmed_at": None}, None),
        (LetterKind.INVITATION, {"used_at": NOW}, None),
        (LetterKind.INVITATION, {"revoked_at": NOW}, None),
        (LetterKind.INVITATION, {"expires_at": NOW - HOUR}, None),
    ],
)
def test_operators_count_the_letters_that_the_job_would_send(
    make, database, letter, kind, given, waits_since
):
    to = make.actor(Role.CLINICIAN)
    letter(kind, recipient_id=to.account_id, **subject_of(make, to, kind, given))

    condition, sendable = counted(database)

    assert condition.letters_waiting == sendable == (waits_since is not None)
    assert condition.oldest_letter_at == waits_since


def subject_of(make, to, kind, given):
    """What the letter is about: an alert, a link, or nothing."""
    if given is None:
        return {}
    if kind is LetterKind.INVITATION:
        usual = {"confirmed_at": NOW - 2 * HOUR, "expires_at": NOW + HOUR}
        return {"invitation_id": make.invitation(to, **usual | given).id}
    seen = {"acknowledged_by": to.account_id, "acknowledged_at": NOW} if given else {}
    return {"alert_id": make.alert(make.person(), to, **seen | given).id}
