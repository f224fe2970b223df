"""Somebody of whom the site keeps something of every kind."""

from datetime import timedelta
from hashlib import sha256

import pytest

from models import vault
from models.base import new_key
from models.tables.doors import (
    Challenge,
    Invitation,
    KnownDevice,
    Passkey,
    RecoveryCode,
    TotpSecret,
)
from models.tables.letters import Letter
from models.tables.lifecycle import LegalHold
from models.tables.people import Person
from models.tables.screenings import ConflictCopy, Draft
from models.vocabulary import (
    AlertStatus,
    ChallengePurpose,
    InvitationPurpose,
    LetterKind,
    Role,
)
from tests.factories import TODAY


@pytest.fixture
def whole(make):
    """Somebody of whom the site keeps something of every kind."""
    actor = make.actor(Role.CLINICIAN)
    with make.kept() as session:
        person = session.get_one(Person, actor.person_id)
        person.source_digest = bytes(32)
        key = vault.key_for(session, person_id=person.id)
        person.summary = vault.sealed(key, person, "summary", {}, size=2048)
    make.deployment(person)
    answered = make.screening(person)
    done = {"acknowledged_at": make.now, "acknowledged_by": actor.account_id}
    alert = make.alert(person, status=AlertStatus.CLOSED, closed_at=make.now, **done)
    make.duty(actor, make.root)
    make.duty(actor, make.root, from_at=make.now + timedelta(days=1))
    make.web_session(actor)
    open_now = make.window(person.id)
    make.window(person.id, opens_on=TODAY + timedelta(days=300), due_by=TODAY + timedelta(days=400))
    with make.kept() as session:
        of_account = {"account_id": actor.account_id}
        made = {**of_account, "made_at": make.now}
        invitation = Invitation(
            id=new_key(), **made, purpose=InvitationPurpose.RESET, expires_at=make.now
        )
        totp = TotpSecret(id=new_key(), person_id=person.id, **made)
        totp.secret = vault.sealed(key, totp, "secret", "s")
        hold = LegalHold(id=new_key(), person_id=person.id, placed_at=make.now)
        hold.reason = vault.sealed(key, hold, "reason", "a court asks")
        draft = Draft(
            id=new_key(),
            window_id=open_now.id,
            person_id=person.id,
            submission_id=new_key(),
            saved_at=make.now,
        )
        draft.payload = vault.sealed(key, draft, "payload", {})
        copy = ConflictCopy(
            id=new_key(), screening_id=answered.id, person_id=person.id, received_at=make.now
        )
        copy.payload = vault.sealed(key, copy, "payload", [])
        session.add_all([invitation, totp, hold, draft, copy])
        session.flush()
        digest = sha256(b"x").digest()
        letter = {"recipient_id": actor.account_id, "next_try_at": make.now}
        sent = {"written_at": make.now, "sent_at": make.now}
        session.add_all(
            [
                Passkey(**made, credential_id=b"c", public_key=b"p", sign_count=0),
                RecoveryCode(**made, digest=digest),
                KnownDevice(token_digest=digest, **made, seen_at=make.now),
                Challenge(**made, purpose=ChallengePurpose.PROVE, value=b"v"),
                Letter(kind=LetterKind.INVITATION, invitation_id=invitation.id, **letter, **sent),
                Letter(kind=LetterKind.NUDGE, alert_id=alert.id, written_at=make.now, **letter),
                Letter(kind=LetterKind.NUDGE, alert_id=alert.id, **letter, **sent),
            ]
        )
    return actor
