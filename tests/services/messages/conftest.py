"""Somebody who writes, the clinician who looks after them, and ways to act."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import pytest

from models import vault
from models.tables.letters import Letter
from models.tables.messages import Message
from models.tables.people import Person
from models.vocabulary import LetterKind, Role
from welfare.services import messages, own_messages

LONG_ENOUGH = 0.4  # for the other act to reach the lock; a shorter wait makes no test fail


@pytest.fixture
def it(make, edge):
    """`member` is in the care of `mine`; `duty` is on duty for everybody."""
    duty, mine = make.reachable(), make.actor(Role.CLINICIAN)
    member = make.actor()
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    case = make.case(person, mine)

    def write(words="The nights are long.", *, actor=member, at=make.now, message_id=None):
        given = {"actor": actor, "message_id": message_id or uuid4(), "words": words, "at": at}
        return edge.act(own_messages.write_message, **given)

    def reply(message, words="Come in on Monday.", *, actor=mine, at=make.now, reply_id=None):
        given = {"message_id": message.id, "reply_id": reply_id or uuid4(), "words": words}
        return edge.act(messages.reply, actor=actor, at=at, **given)

    def now(message):
        return edge.rows(Message, Message.id == message.id)[0]

    def letters(actor):
        found = edge.rows(Letter, Letter.recipient_id == actor.account_id)
        return [letter for letter in found if letter.kind is LetterKind.TOLD]

    return SimpleNamespace(
        duty=duty,
        mine=mine,
        member=member,
        person=person,
        case=case,
        write=write,
        reply=reply,
        now=now,
        letters=letters,
    )


@pytest.fixture
def words_of(database):
    def opened(message):
        with database.reading() as session:
            key = vault.key_for(session, person_id=message.person_id)
            return vault.opened(key, message, "content")["words"]

    return opened


@pytest.fixture
def meanwhile(edge):
    """What comes of `second`, begun while the transaction of `first` is open."""

    def what_comes_of(first, second):
        began = threading.Event()

        def act():
            began.set()
            return second()

        with ThreadPoolExecutor(1) as pool, edge.database.writing() as session:
            first(session)
            session.flush()
            other = pool.submit(act)
            began.wait()
            threading.Event().wait(LONG_ENOUGH)
            session.commit()
            session.close()
            return other.exception(timeout=20)

    return what_comes_of
