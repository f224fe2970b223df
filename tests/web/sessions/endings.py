"""Sessions that end: by the clock, by their owner, by an administrator."""

from datetime import UTC, datetime, timedelta

from models.session import transaction
from models.tables.accounts import Account, WebSession
from models.vocabulary import Role
from tests.web.sessions.cases import case
from tests.web.sessions.world import is_in, is_out
from welfare.services.sessions import ABSOLUTE, IDLE, end_sessions


@case
def half_an_hour_without_a_step_ends_it(it):
    assert is_out(it.browser(it.session(seen_at=datetime.now(UTC) - IDLE)))


@case
def almost_half_an_hour_does_not_end_it(it):
    assert is_in(it.browser(it.session(seen_at=datetime.now(UTC) - IDLE + timedelta(minutes=1))))


@case
def twelve_hours_end_it_whatever_is_done_in_it(it):
    assert is_out(it.browser(it.session(created_at=datetime.now(UTC) - ABSOLUTE)))


@case
def moving_to_another_role_does_not_give_more_hours(it):
    begun = datetime.now(UTC) - ABSOLUTE + timedelta(minutes=5)
    browser = it.browser(it.session(created_at=begun))
    browser.post("/en/roles", {"post": str(it.member.id)})
    (kept,) = it.edge.rows(WebSession, WebSession.ended_at.is_(None))
    assert abs(kept.created_at - begun) < timedelta(seconds=1)


@case
def confirming_does_not_give_more_hours(it):
    begun = datetime.now(UTC) - ABSOLUTE + timedelta(minutes=5)
    browser = it.browser(it.session(created_at=begun))
    browser.post("/en/confirm/code", {"code": it.code()})
    (kept,) = it.edge.rows(WebSession, WebSession.ended_at.is_(None))
    assert abs(kept.created_at - begun) < timedelta(seconds=1)


@case
def a_disabled_account_is_out_at_its_next_step(it):
    browser = it.browser(it.session())
    with it.make.kept() as session:
        session.get_one(Account, it.noor.account_id).disabled_at = it.make.now
    assert is_out(browser)


@case
def two_devices_are_two_sessions_and_one_ends_without_the_other(it):
    phone, desk = it.browser(it.session()), it.browser(it.session())
    phone.post("/en/sign-out")
    assert is_out(phone) and is_in(desk)


@case
def a_session_is_ended_from_another_device_by_its_owner(it):
    phone, desk = it.browser(it.session()), it.browser(it.session())
    desk.post("/en/sessions/end-others")
    assert is_out(phone) and is_in(desk)


@case
def nobody_ends_a_session_of_somebody_else(it):
    theirs = it.make.web_session(it.make.actor(Role.CLINICIAN))
    ours = it.browser(it.session())
    for stored in it.edge.rows(WebSession):
        if stored.account_id != it.noor.account_id:
            assert ours.post(f"/en/sessions/{stored.id}/end").status_code == 404
    assert is_in(it.browser(theirs))


@case
def an_administrator_ends_all_sessions_of_somebody(it):
    browsers, admin = [it.browser(it.session()), it.half()], it.make.actor(Role.ADMINISTRATOR)
    with transaction(it.database) as session:
        end_sessions(
            session,
            actor=admin,
            account_id=it.noor.account_id,
            at=it.make.now,
        )
    assert all(is_out(browser) for browser in browsers)
