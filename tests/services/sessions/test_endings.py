"""Sessions ended from elsewhere: by their owner, by an administrator, by nobody else."""

from uuid import uuid4

import pytest

from models.tables.accounts import WebSession
from models.tables.doors import KnownDevice
from models.vocabulary import Act, Role
from tests.services.sessions.finding import session_of
from welfare.errors import AccessDenied, RecordNotFound
from welfare.services.sessions import (
    IDLE,
    end_other_sessions,
    end_session,
    end_sessions,
    list_sessions,
    sign_out,
)


def test_nobody_ends_another_persons_session(edge, make, actor):
    token = make.web_session(actor)

    with pytest.raises(RecordNotFound):
        edge.act(sign_out, actor=make.actor(), token=token, at=make.now)

    assert session_of(edge, token, make.now)


def test_the_own_list_shows_what_is_open_and_nobody_elses(edge, make, actor):
    mine = make.web_session(actor, device="Firefox, Android")
    make.web_session(actor, device="Edge, Windows")
    make.web_session(actor, seen_at=make.now - IDLE)
    make.web_session(actor, ended_at=make.now)
    make.web_session(make.actor())

    found = edge.look(list_sessions, actor=actor, token=mine, at=make.now)

    assert {(each.device, each.is_this) for each in found} == {
        ("Firefox, Android", True),
        ("Edge, Windows", False),
    }


def test_somebody_ends_one_of_their_sessions(edge, make, actor):
    here, there = make.web_session(actor), make.web_session(actor)
    (other,) = [
        each
        for each in edge.look(list_sessions, actor=actor, token=here, at=make.now)
        if not each.is_this
    ]

    edge.act(end_session, actor=actor, session_id=other.id, at=make.now)

    assert session_of(edge, there, make.now) is None and session_of(edge, here, make.now)
    assert edge.acts() == {Act.SESSION_ENDED: 1}
    with pytest.raises(RecordNotFound):
        edge.act(end_session, actor=actor, session_id=other.id, at=make.now)


def test_nobody_ends_the_session_of_somebody_else_by_its_id(edge, make, actor):
    token = make.web_session(actor)
    (stored,) = edge.rows(WebSession)

    with pytest.raises(RecordNotFound):
        edge.act(end_session, actor=make.actor(), session_id=stored.id, at=make.now)

    assert session_of(edge, token, make.now)


def test_all_others_end_and_this_one_stays(edge, make, actor):
    here, there = make.web_session(actor), make.web_session(actor)
    strangers = make.web_session(make.actor())

    assert edge.act(end_other_sessions, actor=actor, token=here, at=make.now) == 1

    assert session_of(edge, there, make.now) is None
    assert session_of(edge, here, make.now) and session_of(edge, strangers, make.now)


def test_an_administrator_ends_all_sessions_of_somebody_in_the_own_units(edge, make, actor):
    admin = make.actor(Role.ADMINISTRATOR)
    tokens = [make.web_session(actor), make.web_session(actor)]
    with make.kept() as session:
        session.add(
            KnownDevice(
                token_digest=bytes(32),
                account_id=actor.account_id,
                made_at=make.now,
                seen_at=make.now,
            )
        )

    ended = edge.act(end_sessions, actor=admin, account_id=actor.account_id, at=make.now)

    assert ended == 2
    assert not any(session_of(edge, token, make.now) for token in tokens)
    assert edge.count(KnownDevice) == 0
    assert edge.acts() == {Act.SESSION_ENDED: 1}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_end_the_sessions_of_others(edge, make, actor, role):
    token = make.web_session(actor)

    with pytest.raises(AccessDenied):
        edge.act(end_sessions, actor=make.actor(role), account_id=actor.account_id, at=make.now)

    assert session_of(edge, token, make.now)


def test_an_administrator_elsewhere_ends_nothing_here(edge, make, actor):
    token = make.web_session(actor)
    elsewhere = make.actor(Role.ADMINISTRATOR, make.unit("Another contingent"))

    for account_id, refusal in ((actor.account_id, AccessDenied), (uuid4(), RecordNotFound)):
        with pytest.raises(refusal):
            edge.act(end_sessions, actor=elsewhere, account_id=account_id, at=make.now)

    assert session_of(edge, token, make.now)


def test_an_administrator_of_one_company_ends_nothing_of_who_leads_the_contingent(edge, make):
    company = make.unit("A Company", make.root)
    lead = make.actor(Role.CLINIC_LEAD, person=make.person(company))
    make.web_session(lead)
    given = {"account_id": lead.account_id, "at": make.now}

    with pytest.raises(AccessDenied):
        edge.act(end_sessions, actor=make.actor(Role.ADMINISTRATOR, company), **given)

    assert edge.rows(WebSession)[0].ended_at is None
