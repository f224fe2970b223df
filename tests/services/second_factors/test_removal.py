"""Factors that are removed, and one that must stay."""

import pytest
from sqlalchemy import func, select

from models.session import transaction
from models.tables.accounts import Account
from models.tables.doors import RecoveryCode, TotpSecret
from models.vocabulary import Act, Role
from tests.services.second_factors.codes import set_up, shown
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies.browser import Browser
from welfare.policies.factors import forget_factors
from welfare.services.second_factors import (
    begin_app,
    confirm_app,
    list_factors,
    read_new_secret,
    remove_factor,
    renew_codes,
)


def test_whoever_knows_only_the_password_adds_and_removes_nothing(edge, make, given, actor):
    app = make.app(actor)
    before = edge.contents()

    for service, more in (
        (begin_app, {}),
        (confirm_app, {"code": shown(make.now)}),
        (renew_codes, {}),
        (remove_factor, {"factor_id": app.id}),
    ):
        with pytest.raises(AccessDenied):
            edge.act(service, **given, **more)
    with pytest.raises(AccessDenied):
        edge.look(read_new_secret, actor=actor, browser=given["browser"])

    assert edge.contents() == before


def test_the_last_factor_stays_while_a_role_needs_it(edge, make, proved, actor):
    app = make.app(actor)

    with pytest.raises(InputRefused) as refused:
        edge.act(remove_factor, **proved, factor_id=app.id)

    assert refused.value.problems == {"factor": "last_factor"}
    assert edge.look(list_factors, actor=actor, at=make.now).is_last


def test_a_member_may_remove_the_last_factor_and_its_codes_go_too(edge, make):
    member = make.actor()
    token = make.web_session(member)
    given = {"actor": member, "browser": Browser(token=token), "at": make.now}
    token = set_up(edge, given).opened.token
    (app,) = edge.rows(TotpSecret)

    edge.act(remove_factor, **given | {"browser": Browser(token=token)}, factor_id=app.id)

    assert (edge.count(TotpSecret), edge.count(RecoveryCode)) == (0, 0)
    assert edge.acts() == {Act.FACTOR_ADDED: 1, Act.FACTOR_REMOVED: 1}


def test_nobody_removes_the_factor_of_somebody_else(edge, make, proved):
    theirs = make.app(make.actor())

    with pytest.raises(RecordNotFound):
        edge.act(remove_factor, **proved, factor_id=theirs.id)

    assert edge.count(TotpSecret) == 1


def test_after_a_loss_everything_can_be_forgotten_in_an_act_of_others(edge, make, proved, actor):
    set_up(edge, proved)
    admin = make.actor(Role.ADMINISTRATOR)

    with transaction(edge.database) as session:
        account = session.get_one(Account, actor.account_id)
        removed = forget_factors(session, by=admin, account=account, at=make.now)

    with edge.database.reading() as session:
        left = sum(
            session.scalar(select(func.count()).select_from(table))
            for table in (TotpSecret, RecoveryCode)
        )
    assert (removed, left) == (1, 0)
    assert edge.acts()[Act.FACTOR_REMOVED] == 1
