"""`kill -9` under load: who has a receipt is kept, who sends again is not kept twice."""

import random
import time

from tests.faults.findings import insist_on_exactly_once
from tests.faults.members import TIMES, plan_work
from tests.faults.serving import PATIENCE, Browsers, free_port, prepare, served

KILLS = 12 * TIMES
PER_KILL = 60  # windows; more than are sent between two kills
DICE = random.Random()  # noqa: S311 - when to kill; any moment is a fair one


def test_a_killed_server_loses_and_doubles_nothing(app, database, database_url, key_file, make):
    tasks = plan_work(make, KILLS * PER_KILL, members=40)
    port = free_port()
    browsers = Browsers(port, prepare(app, make, tasks))

    browsers.start()
    for _ in range(KILLS):
        with served(database_url, key_file, port) as server:
            browsers.answered.clear()
            assert browsers.answered.wait(PATIENCE)  # under load before it is struck
            time.sleep(DICE.uniform(0.0, 0.15))
            server.kill()
    with served(database_url, key_file, port):
        browsers.finish(all_of_it=False)

    sent = len(browsers.acknowledged)
    assert KILLS < sent < len(tasks)  # always under load
    assert browsers.contradicted == []
    insist_on_exactly_once(database, tasks, browsers.acknowledged)
