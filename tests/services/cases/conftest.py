"""A clinician in charge of somebody, a colleague who could take over, and ways to act."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from models import vault
from models.session import snapshot
from models.tables.care import Case
from models.vocabulary import Role
from welfare.services import cases

LONG_ENOUGH = 0.4  # for the other act to reach the lock; a shorter wait makes no test fail


@pytest.fixture
def it(make, edge):
    """The scene: `case` of `person` in the charge of `mine`."""
    mine, colleague = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    person = make.person()
    case = make.case(person, mine)

    def act(service, actor=mine, **given):
        return edge.act(service, actor=actor, case_id=case.id, at=make.now, **given)

    return SimpleNamespace(
        mine=mine,
        colleague=colleague,
        person=person,
        case=case,
        act=act,
        share=lambda whom=colleague: act(cases.share_case, colleague_id=whom.account_id),
        give=lambda whom=colleague, **more: act(
            cases.hand_over_case, colleague_id=whom.account_id, **more
        ),
        close=lambda reason="no_need", words="": act(cases.close_case, reason=reason, words=words),
        now=lambda: edge.rows(Case, Case.id == case.id)[0],
    )


@pytest.fixture
def ending(database):
    """What was sealed when this case ended."""

    def opened(case):
        with snapshot(database) as session:
            return vault.opened(vault.key_for(session, person_id=case.person_id), case, "ending")

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
