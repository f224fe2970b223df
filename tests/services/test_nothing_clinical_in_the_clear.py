"""What a thief finds in a stolen database: pseudonyms, days, and ciphertext."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from models.base import Base
from models.vocabulary import (
    AlertOutcome,
    Channel,
    ContactResult,
    ReferralUrgency,
    Role,
    WithoutConsent,
)
from tests.factories import CRITICAL, TODAY
from tests.services.doors import come_in
from welfare.policies.referral_wishes import Wish
from welfare.services.accounts import create_account
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.drafts import save_part
from welfare.services.messages import reply
from welfare.services.notebook import write_entry
from welfare.services.notes import sign_note
from welfare.services.own_messages import write_message
from welfare.services.records import read_record
from welfare.services.referrals import send_referral
from welfare.services.screenings import send_screening

HEX = re.compile(r"x([0-9a-f]{24,})")  # how PostgreSQL writes bytes as text
CANARY = "canary-kestrel-7781"
DETAILS = {
    "given": CANARY,
    "family": f"{CANARY}-family",
    "service_number": f"{CANARY}-number",
    "email": f"{CANARY}@example.org",
    "phone": "+00 555 778103",
    "sex": "female",
    "birth_year": "1987",
    "rank_band": "officer",
    "language": "en",
}
# Besides the canary itself: what was asked, and how it was answered or dealt with.
TELLING = [
    CANARY,
    "555 778103",
    "female",
    "phq-9",
    "pcl-5",
    "gad-2",
    "gad-7",
    "pc-ptsd",
    "audit-c",
    ContactResult.REACHED.value,
    Channel.VIDEO.value,
    AlertOutcome.EMERGENCY.value,
    ReferralUrgency.SPECIALTY.value,
    WithoutConsent.CANNOT_BE_ASKED.value,
    "canary password",
]


@pytest.fixture
def stolen(edge, make, watched):
    """Live through a whole story, then read every byte or row the database holds."""
    clinician = make.reachable()
    admin = make.actor(Role.ADMINISTRATOR)
    at = make.now
    made = edge.act(
        create_account,
        actor=admin,
        unit_id=make.root.id,
        role=Role.MEMBER,
        login=f"{CANARY}-login",
        details=DETAILS,
        password="canary password",
        at=at,
    )
    edge.act(come_in, login=f"{CANARY}-login", password="canary password", network=CANARY, at=at)
    member = type(admin)(made.account.id, made.account.person_id, Role.MEMBER, make.root.path)
    first, second = make.window(member.person_id), make.window(member.person_id, code="yearly")
    asked = {"actor": member, "at": at}
    edge.act(save_part, **asked, window_id=second.id, part="phq-9", answers={"1": 3}, today=TODAY)
    sent = {**asked, "window_id": first.id, "submission_id": uuid4(), "language": "en"}
    receipt = edge.act(send_screening, **sent, answers=CRITICAL)
    care = {"actor": clinician, "alert_id": receipt.alert.id, "at": at}
    edge.act(acknowledge_alert, **care)
    edge.act(record_contact, **care, result="reached", channel="video", words=CANARY)
    edge.act(close_alert, **care, outcome="emergency", words=CANARY)
    view = edge.look(read_record, actor=clinician, person_id=member.person_id, at=at)
    edge.act(sign_note, actor=clinician, case_id=view.own_case.id, words=CANARY, at=at)
    wish = Wish(None, True, CANARY, "specialty", CANARY, "cannot_be_asked", CANARY)
    referred = {"actor": clinician, "person_id": member.person_id, "wish": wish, "at": at}
    edge.act(send_referral, **referred)
    edge.act(write_entry, **asked, entry_id=uuid4(), words=CANARY)
    written = edge.act(write_message, **asked, message_id=uuid4(), words=CANARY)
    answer = {"message_id": written.id, "reply_id": uuid4(), "words": CANARY}
    edge.act(reply, actor=clinician, at=at, **answer)
    return in_the_clear(watched)


def in_the_clear(database):
    """The bytes of a file and its log, or every value of every row as text."""
    if database.engine.dialect.name == "sqlite":
        path = database.engine.url.database
        files = [Path(path + end) for end in ("", "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists()).lower()
    with database.engine.connect() as connection:
        rows = [
            connection.execute(text(f'SELECT t::text FROM "{table.name}" t')).scalars()  # noqa: S608 - our own names
            for table in Base.metadata.sorted_tables
        ]
    words = "\n".join(line for lines in rows for line in lines).lower()
    sealed = [bytes.fromhex(each[: len(each) // 2 * 2]) for each in HEX.findall(words)]
    return HEX.sub("", words).encode() + b"\n".join(sealed)


def test_the_search_itself_would_find_what_stands_in_the_clear(stolen):
    assert b"field clinic" in stolen  # a crisis contact: meant for everybody
    assert b"un-contingent/1" in stolen


def test_neither_answers_nor_instruments_nor_names_stand_in_the_clear(stolen):
    assert [word for word in TELLING if word.lower().encode() in stolen] == []
