"""Over the worst line every answer arrives exactly once, with one receipt."""

from tests.faults.bad_line import FATES, BadLine
from tests.faults.findings import insist_on_exactly_once
from tests.faults.members import TIMES, plan_work
from tests.faults.serving import Browsers, free_port, prepare, served

SUBMISSIONS = 250 * TIMES


def test_a_line_that_cuts_delays_and_doubles_keeps_every_answer_once(
    app, database, database_url, key_file, make
):
    tasks = plan_work(make, SUBMISSIONS, members=40)
    forms = prepare(app, make, tasks)
    port = free_port()

    with served(database_url, key_file, port):
        line = BadLine(port, seed=SUBMISSIONS)
        browsers = Browsers(line.port, forms)
        browsers.start()
        browsers.finish(all_of_it=True)
        line.close()

    assert set(line.suffered) == {fate.__name__ for fate in FATES}
    assert len(browsers.acknowledged) == SUBMISSIONS
    assert browsers.contradicted == []
    insist_on_exactly_once(database, tasks, browsers.acknowledged)
