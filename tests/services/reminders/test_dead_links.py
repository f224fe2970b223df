"""Links that are over: they do nothing, look like every other, and may be replaced by a letter."""

import threading
from datetime import timedelta

import pytest

from models.session import transaction
from models.tables.accounts import Account, WebSession
from models.tables.reminders import Reminder
from tests.services.reminders.endings import ENDINGS, use
from welfare.errors import RecordNotFound
from welfare.policies.browser import Browser
from welfare.services.window_links import (
    look_at_link,
    may_ask_for_another,
    refuse_link,
    send_another,
    use_link,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_link_that_is_over_does_nothing_and_looks_like_every_other(edge, make, scene, ending):
    end, can_have_another = ENDINGS[ending]
    make.reminder(scene.window, link_id=scene.link.id, written_at=make.now - DAY, sent_at=make.now)
    end(edge, make, scene)
    before = edge.contents(but=())

    for service in (look_at_link, refuse_link):
        with pytest.raises(RecordNotFound):
            edge.act(service, token=scene.token, at=make.now)
    with pytest.raises(RecordNotFound):
        use(edge, scene, make.now)

    assert edge.contents(but=()) == before
    given = {"token": scene.token, "at": make.now}
    assert edge.look(may_ask_for_another, **given) is (ending != "refused")  # says nothing more
    for _ in range(2):
        edge.act(send_another, **given)
    assert edge.count(Reminder) == 1 + can_have_another


def test_a_token_of_nobody_gets_nothing(edge, make, scene):
    for token in ("", "nobody's", scene.token[:-1] + "?", scene.token[24:] + scene.token[:24]):
        with pytest.raises(RecordNotFound):
            edge.look(look_at_link, token=token, at=make.now)
        assert not edge.look(may_ask_for_another, token=token, at=make.now)
        edge.act(send_another, token=token, at=make.now)
    assert edge.count(Reminder) == 0


def test_a_new_link_is_written_to_the_address_on_file_once_a_day(edge, make, scene):
    make.reminder(scene.window, link_id=scene.link.id, written_at=make.now - DAY, day=0)
    use(edge, scene, make.now)

    for hours in (0, 0, 24, 24):
        edge.act(send_another, token=scene.token, at=make.now + timedelta(hours=hours))

    letters = edge.rows(Reminder, Reminder.day.is_(None))
    assert [each.written_at - make.now for each in letters] == [0 * DAY, DAY]
    assert {each.asked_by for each in letters} == {None}
    assert len({each.link_id for each in letters} - {scene.link.id}) == 2


def test_of_devices_that_use_one_link_at_once_exactly_one_wins(edge, make, scene, watched):
    start, outcomes = threading.Barrier(4), []

    def come():
        start.wait()
        try:
            with transaction(watched) as session:
                given = {"token": scene.token, "given": scene.facts, "at": make.now}
                outcomes.append(use_link(session, browser=Browser(), **given))
        except RecordNotFound:
            outcomes.append(None)

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 4
    assert len([each for each in outcomes if each]) == 1
    assert edge.count(WebSession) == 1 == edge.count(Account)
