"""No path through an alert's life ends without an owner or an outcome."""

import shutil
from datetime import timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy.orm import sessionmaker

from models.session import SESSION_HABITS, Database, open_database
from models.vocabulary import AlertStatus, NextTry
from tests.factories import NOW, Factory
from tests.services.alert_life import COLLEAGUE, LEAD, ON_DUTY, AlertLife
from tests.services.edge import Edge
from tests.watch import insist_on_trail

WHO, WHICH = st.integers(0, 2), st.integers(0, 2)
SECOND, HOUR = timedelta(seconds=10), timedelta(hours=1)
SPANS = st.sampled_from([SECOND, HOUR / 2, 4 * HOUR, 9 * HOUR, 30 * HOUR])
# Some seconds. A life that fails is shown as it was drawn: to shorten it takes minutes.
BUDGET = settings(max_examples=15, stateful_step_count=25, phases=[Phase.generate])


class AnyLife(RuleBasedStateMachine):
    """Draws what happens next; a round of the jobs follows, as it does within seconds."""

    def __init__(self, life):
        super().__init__()
        self.life = life
        self.life.answer()

    @rule()
    def answer(self):
        self.life.answer()

    @rule(who=WHO, which=WHICH)
    def acknowledge(self, who, which):
        self.life.acknowledge(who, which)

    @rule(one=WHO, other=WHO, which=WHICH)
    def acknowledge_at_once(self, one, other, which):
        self.life.acknowledge_at_once(one, other, which)

    @rule(who=WHO, which=WHICH, result=st.sampled_from(["tried", "reached"]))
    def contact(self, who, which, result):
        self.life.contact(who, which, result, NextTry.FOUR_HOURS)

    @rule(who=WHO, which=WHICH)
    def close(self, who, which):
        self.life.close(who, which)

    @rule(who=WHO)
    def disable(self, who):
        self.life.disable(who)

    @rule(who=WHO)
    def disable_behind_our_back(self, who):
        self.life.disable_behind_our_back(who)

    @rule(who=WHO)
    def end_post(self, who):
        self.life.end_post(who)

    @rule(who=WHO)
    def come_back(self, who):
        self.life.come_back(who)

    @rule(who=WHO)
    def put_on_duty(self, who):
        self.life.put_on_duty(who)

    @rule()
    def empty_the_roster(self):
        self.life.empty_the_roster()

    @rule(span=SPANS)
    def wait(self, span):
        self.life.wait(span)
        self.life.check()

    @rule()
    def look(self):
        self.life.wait(SECOND)
        self.life.check()

    def teardown(self):
        self.life.finish()


def test_no_life_that_can_be_drawn_leaves_an_alert_alone(sqlite_template, keys, tmp_path):
    path = tmp_path / "site.db"
    engine = open_database(f"sqlite:///{path}", keys).engine
    plain = Database(engine, keys, sessionmaker(engine, **SESSION_HABITS))
    sessions = sessionmaker(engine, **SESSION_HABITS)
    insist_on_trail(sessions)

    def begin():
        engine.dispose()
        for left in tmp_path.glob("site.db*"):
            left.unlink()
        shutil.copy(sqlite_template, path)
        return AnyLife(AlertLife(Edge(Database(engine, keys, sessions)), Factory(plain, NOW)))

    run_state_machine_as_test(begin, settings=BUDGET)
    engine.dispose()


@pytest.fixture
def life(edge, make):
    begun = AlertLife(edge, make)
    begun.answer()
    return begun


def test_taken_tried_reached_and_closed(life):
    assert not life.contact(ON_DUTY, 0, "tried")  # nobody has acknowledged it yet
    assert life.acknowledge(ON_DUTY, 0)
    assert not life.close(ON_DUTY, 0)  # nobody has tried yet
    life.check()
    assert life.contact(ON_DUTY, 0, "tried", NextTry.ONE_HOUR)
    life.wait(2 * HOUR)
    life.check()
    assert life.contact(ON_DUTY, 0, "reached") and life.close(ON_DUTY, 0)
    assert not life.acknowledge(LEAD, 0)

    life.finish()


@pytest.mark.parametrize("pair", [(ON_DUTY, LEAD), (ON_DUTY, ON_DUTY)])
def test_of_two_who_acknowledge_at_once_one_becomes_the_owner(life, pair):
    life.acknowledge_at_once(*pair, 0)

    (alert,) = life.alerts()
    assert alert.acknowledged_by == alert.owner_id in {life.staff[who].account_id for who in pair}
    life.finish()


@pytest.mark.parametrize("leave", ["disable", "disable_behind_our_back", "end_post"])
@pytest.mark.parametrize("is_taken", [False, True], ids=["raised", "acknowledged"])
def test_the_owner_leaves_and_the_roster_is_empty_and_filled_again(life, leave, is_taken):
    if is_taken:
        life.acknowledge(ON_DUTY, 0)
    life.end_post(LEAD)
    getattr(life, leave)(ON_DUTY)
    life.check()
    assert life.alerts()[0].owner_id in (None, life.staff[ON_DUTY].account_id)
    life.wait(30 * HOUR)
    life.check()

    life.put_on_duty(COLLEAGUE)
    life.check()

    (alert,) = life.alerts()
    assert (alert.status, alert.owner_id) == (
        AlertStatus.RAISED,
        life.staff[COLLEAGUE].account_id,
    )
    life.finish()


def test_the_duty_changes_while_it_is_raised_and_again_once_it_is_taken(life):
    life.put_on_duty(COLLEAGUE)
    life.wait(SECOND)
    life.check()
    assert life.alerts()[0].owner_id == life.staff[COLLEAGUE].account_id
    assert life.acknowledge(COLLEAGUE, 0)

    life.wait(SECOND)
    life.put_on_duty(ON_DUTY)
    life.wait(SECOND)
    life.check()

    assert life.alerts()[0].owner_id == life.staff[COLLEAGUE].account_id
    life.finish()


def test_taken_forgotten_passed_on_and_closed_by_the_lead(life):
    life.acknowledge(ON_DUTY, 0)
    life.wait(9 * HOUR)
    life.check()

    (alert,) = life.alerts()
    assert alert.cover_id == life.staff[LEAD].account_id
    assert life.contact(LEAD, 0, "reached") and life.close(LEAD, 0)
    life.finish()
