"""A critical answer at a phone: whom to call, three short questions, thanks."""

import pytest

from tests.journeys.tasks import answer_part

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("member")]
NARROW = 390
PARTS = (("No", 1), ("Several days", 9), ("Not at all", 2), ("Never", 1))


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_a_critical_answer_to_the_thanks(stage, walks, script):
    member, _window = stage.member_back_from_a_mission()
    walker = walks(NARROW, script=script)

    walker.sign_in(member.login)
    walker.follow("Read first, then start")
    walker.follow("Start")
    for answer, count in PARTS:
        answer_part(walker, answer, count)
    walker.looks("Check your answers")
    walker.press("Send my answers")
    walker.looks("Your answers have arrived")
    walker.sees("Field clinic")
    walker.sees("You can skip this. It helps us come to those first who need it soonest.")
    walker.choose("Is it about today?", "Yes")
    walker.choose("Is something you would use within reach?", "Skip this")
    walker.press("Tell them")

    walker.looks("Thank you")
    walker.sees("Field clinic")
    walker.sees("A clinician has been told and should contact you by")
    walker.follow("Back to what happens next")
    walker.looks("Your answers have arrived")
