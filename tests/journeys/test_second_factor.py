"""Staff come in: an app, recovery codes, a passkey of a real browser, and steps that ask again."""

from datetime import UTC, datetime, timedelta

import pytest

from models.tables.accounts import WebSession
from models.vocabulary import Role
from tests.journeys.walker import Walker
from welfare.policies.recovery_codes import make_codes

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("second_factor")]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(walker: Walker) -> str:
    """A phone's own authenticator, played by the browser."""
    wire = walker.page.context.new_cdp_session(walker.page)
    wire.send("WebAuthn.enable")
    made = wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return str(made["authenticatorId"])


def newcomer(stage, role=Role.CLINICIAN):
    """Somebody on staff who has not set up a second factor yet."""
    someone = stage.person(role)
    stage.without_app(someone)
    return someone


def long_ago(stage, someone):
    """The owner confirmed that it was them, but not lately."""
    with stage.make.kept() as session:
        for stored in session.query(WebSession).filter_by(account_id=someone.actor.account_id):
            stored.fresh_at = datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_new_clinician_sets_up_an_app_and_signs_in_with_it(stage, walks, width, script):
    clinician = newcomer(stage)
    walker = walks(width, script=script)
    walker.expected.add("422")

    walker.sign_in(clinician.login)
    walker.looks("Set up a second factor")
    walker.press("Set up an app")
    walker.looks("Set up an app")
    walker.fill(code="000000")
    walker.press("Confirm")
    walker.looks("Please check these answers")
    walker.sees("Is the clock of your phone right?")
    key = walker.page.locator("code").inner_text()
    walker.fill(code=walker.next_code(clinician.login, key))
    walker.press("Confirm")
    walker.looks("Your recovery codes")
    codes = walker.page.locator("main li code").all_inner_texts()
    walker.follow("I have kept them")
    walker.looks("Work-list")
    walker.leave()
    walker.sign_in(clinician.login, second_step=False)
    walker.looks("Second step")
    walker.fill(code=codes[0])
    walker.press("Continue")

    walker.looks("Work-list")
    assert len(set(codes)) == 10


def test_a_passkey_is_set_up_and_then_opens_the_door_alone(stage, walks_by_name, width):
    clinician = newcomer(stage)
    walker = walks_by_name(width)
    with_authenticator(walker)

    walker.sign_in(clinician.login)
    walker.press("Set up a passkey")
    walker.looks("Your recovery codes")
    walker.follow("I have kept them")
    walker.looks("Work-list")
    walker.leave()
    walker.press("Sign in with a passkey")

    walker.looks("Work-list")


def test_a_passkey_is_the_second_step_after_a_password(stage, walks_by_name):
    clinician = newcomer(stage)
    walker = walks_by_name(1280)
    with_authenticator(walker)
    walker.sign_in(clinician.login)
    walker.press("Set up a passkey")
    walker.follow("I have kept them")
    walker.leave()

    walker.sign_in(clinician.login, second_step=False)
    walker.looks("Second step")
    walker.press("Use a passkey")

    walker.looks("Work-list")


def test_without_a_passkey_in_this_browser_the_page_says_so_and_the_password_still_works(
    stage, walks_by_name
):
    clinician = stage.person(Role.CLINICIAN)
    walker = walks_by_name()
    with_authenticator(walker)

    walker.visit("/en/sign-in")
    walker.press("Sign in with a passkey")
    walker.sees("That did not work.")
    walker.looks("Use a passkey")
    walker.follow("Back")
    walker.sign_in(clinician.login)

    walker.looks("Work-list")


def test_without_script_a_passkey_page_says_what_to_do_instead(stage, walks):
    walker = walks(script=False)

    walker.visit("/en/sign-in")
    walker.press("Sign in with a passkey")

    walker.looks("Use a passkey")
    walker.sees("This needs a browser with scripts switched on.")


def test_the_keys_to_the_account_ask_again_after_a_while(stage, walks, width):
    clinician = stage.person(Role.CLINICIAN)
    walker = walks(width)
    walker.sign_in(clinician.login)
    long_ago(stage, clinician)

    walker.follow("My account", walker.page.get_by_role("banner"))
    walker.looks("My account")
    walker.follow("Second factors")
    walker.looks("Please confirm that it is you")
    walker.fill(password="correct horse battery")
    walker.press("Confirm")

    walker.looks("Second factors")
    walker.sees("Set up on")


def test_somebody_sees_and_ends_a_session_on_another_device(stage, walks, width):
    member = stage.person(Role.MEMBER)
    phone, desk = walks(), walks(width)
    phone.expected.add("401")
    phone.sign_in(member.login)
    desk.sign_in(member.login)

    desk.follow("My account", desk.page.get_by_role("banner"))
    desk.follow("Where you are signed in")
    desk.looks("Where you are signed in")
    desk.sees("This one")
    desk.press("End all others")
    desk.sees("All other sessions have ended.")
    phone.visit("/en/me/")

    phone.looks("Please sign in")
    desk.visit("/en/me/")
    desk.looks("My questions")


def test_whoever_has_no_phone_at_hand_answers_with_a_code_from_paper(stage, walks):
    clinician = stage.person(Role.CLINICIAN)
    stage.make.post(clinician.actor, Role.MEMBER, stage.unit)
    with stage.make.kept() as session:
        account_id = clinician.actor.account_id
        first, *_ = make_codes(session, account_id=account_id, at=stage.make.now)
    walker = walks()

    walker.sign_in(clinician.login, second_step=False)
    walker.looks("Second step")
    walker.visit("/en/me/")
    walker.looks("Second step")
    walker.fill(code=first)
    walker.press("Continue")
    walker.visit("/en/roles")
    walker.page.get_by_label("Member").check(force=True)
    walker.press("Change role")

    walker.looks("My questions")
