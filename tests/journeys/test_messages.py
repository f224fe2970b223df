"""A member writes at a phone, the clinician replies, the member reads."""

import pytest

from models.vocabulary import Role

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("messages")]
NARROW = 390


def test_from_a_message_to_its_reply(stage, walks):
    clinician = stage.clinician_on_duty()
    stage.crisis_contact()
    member, walker, carer = stage.person(Role.MEMBER), walks(NARROW), walks(1280)

    walker.sign_in(member.login)
    walker.go_to("My record")
    walker.looks("My record")
    walker.follow("Messages", walker.page.locator("main"))
    walker.looks("Messages")
    walker.sees("Messages are not watched day and night.")
    walker.fill(message="The nights are long.")
    walker.press("Send message")
    walker.sees("Your message is sent.")
    carer.sign_in(clinician.login)
    carer.go_to("Messages")
    carer.looks("Messages")
    carer.follow("Marrow")
    carer.sees("The nights are long.")
    carer.fill(reply="Come in on Monday.")
    carer.press("Send reply")
    carer.sees("Your reply is sent.")
    walker.go_to("My questions")
    walker.sees("You have a reply.")
    walker.follow("Read it in your messages")

    walker.looks("Messages")
    walker.sees("Come in on Monday.")
