"""Somebody in the care of one clinician, who refers them to a colleague; and ways to act."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.referrals import Referral
from models.vocabulary import LetterKind, Role
from welfare.policies.referral_wishes import Wish
from welfare.services import consents, referral_steps, referrals

LONG_ENOUGH = 0.4  # for the other act to reach the lock; a shorter wait makes no test fail


@pytest.fixture
def it(make, edge):
    """The scene: `member` is in the care of `mine`, who may refer them to `other`."""
    mine, other = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    member = make.actor()
    (person,) = edge.rows(Person, Person.id == member.person_id)
    scene = SimpleNamespace(mine=mine, other=other, member=member, person=person)
    scene.case = make.case(person, mine)

    def wish(**given):
        usual = {"receiver_id": other.account_id, "is_outside": False, "service": ""}
        usual |= {"urgency": "routine", "reason": "Sleeps badly."}
        return Wish(**usual | given)

    def send(actor=mine, referral_id=None, at=make.now, **given):
        asked = {"person_id": person.id, "wish": wish(**given), "referral_id": referral_id}
        return edge.act(referrals.send_referral, actor=actor, at=at, **asked)

    def act(service, referral, actor=other, at=make.now, **given):
        return edge.act(service, actor=actor, referral_id=referral.id, at=at, **given)

    def step(name, referral, actor=other, at=make.now, **given):
        return act(getattr(referral_steps, name), referral, actor, at, **given)

    def consented(service, actor=member, **given):
        return edge.act(service, actor=actor, purpose="sharing", at=make.now, **given)

    scene.wish, scene.send, scene.act, scene.step = wish, send, act, step
    scene.accept = lambda referral, actor=other: act(referrals.accept_referral, referral, actor)
    scene.agrees = lambda: consented(consents.give_consent)
    scene.takes_back = lambda: consented(consents.withdraw_consent)
    scene.now = lambda referral: edge.rows(Referral, Referral.id == referral.id)[0]
    scene.told = lambda: sorted(
        each.recipient_id for each in edge.rows(Letter, Letter.kind == LetterKind.TASK)
    )
    return scene


@pytest.fixture
def sent(it):
    """The person has agreed, and is referred to the colleague."""
    it.agrees()
    return it.send()


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
