"""Every role does what it comes for by keyboard alone, without script, and enlarged four times."""

import pytest

from models.vocabulary import Role
from tests.journeys.keyboard import KeyboardWalker
from tests.journeys.tasks import TASKS, do_main_task

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("every role")]
ENLARGED = 320  # CSS pixels: what 1280 are at 400 %
CALM = {"reduced_motion": "reduce"}
HIGH_CONTRAST = {"forced_colors": "active", "color_scheme": "dark"}
MOVING = """() => {
  const isMoving = (style) => style.animationName !== "none"
    || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0)
    || style.scrollBehavior === "smooth";
  const all = [...document.querySelectorAll("*")];
  return [...all.filter((each) => isMoving(getComputedStyle(each))), ...document.getAnimations()]
    .map((each) => each.outerHTML ?? String(each));
}"""


class StillWalker(KeyboardWalker):
    """Asks for less motion, and looks whether anything moves."""

    def is_whole(self):
        super().is_whole()
        assert self.page.evaluate(MOVING) == []


def test_every_role_has_a_main_task():
    assert set(TASKS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_by_keyboard_alone_and_without_motion(role, stage, walks):
    do_main_task(stage, role, walks(1280, kind=StillWalker, **CALM))


@pytest.mark.parametrize("role", Role)
def test_without_script_and_in_the_colours_of_the_reader(role, stage, walks):
    do_main_task(stage, role, walks(390, script=False, **HIGH_CONTRAST))


@pytest.mark.parametrize("role", Role)
def test_enlarged_to_four_hundred_percent(role, stage, walks):
    do_main_task(stage, role, walks(ENLARGED))
