"""The operators' port: three addresses, on this machine alone, that name nobody."""

import re
import socket
import struct
import threading
from datetime import timedelta
from http.client import BadStatusLine, HTTPConnection

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.session import open_database
from models.vocabulary import Role
from tests.factories import NOW
from welfare.upkeep.measures import Measures
from welfare.upkeep.port import operators_port
from welfare.upkeep.readiness import Readiness

RESET = struct.pack("ii", 1, 0)  # closing sends a reset instead of waiting
MINUTES_7 = timedelta(minutes=7)


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def measures(database, keeper, clock):
    made = Measures()
    made.watch(database, keeper, clock)
    return made


@pytest.fixture
def ask(database, key_file, keeper, clock, make, leased, measures, free_port):
    """Ask the port for an address; gives status, kind of content, and text."""
    _ = make.root
    readiness = Readiness(database, key_file, keeper, clock)
    with operators_port(free_port, readiness=readiness, measures=measures):

        def asked(path, method="GET"):
            connection = HTTPConnection("127.0.0.1", free_port, timeout=10)
            connection.request(method, path)
            answer = connection.getresponse()
            said = answer.status, answer.getheader("Content-Type"), answer.read().decode()
            connection.close()
            return said

        yield asked


def page(status):
    def pages(_environ, start_response):
        start_response(status, [])
        return [b""]

    return pages


def call(measures, pages, method="GET"):
    list(measures.counted(pages)({"REQUEST_METHOD": method}, lambda *_: None))


def figure(said, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", said, re.MULTILINE)
    return float(found.group(1)) if found else None


def test_a_living_process_says_so(ask):
    assert ask("/healthz") == (200, "text/plain", "alive\n")


def test_a_site_whose_jobs_do_not_run_is_not_ready_and_says_why(ask, keeper):
    status, kind, said = ask("/readyz")
    assert (status, kind) == (503, "application/json")
    assert "are not running" in said

    keeper.start()

    assert ask("/readyz")[0] == 200


@pytest.mark.parametrize("path", ["/", "/metrics/", "/healthz?x=1", "/en/sign-in", "/../etc"])
def test_nothing_else_is_there(ask, path):
    assert ask(path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_can_only_be_read(ask, method):
    assert ask("/healthz", method)[0] == 501


def test_a_watcher_that_hangs_up_leaves_no_line_behind(ask, free_port, capfd, caplog):
    """Closed with a reset while the answer is made, as a watcher out of patience does."""
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", free_port)) as watcher:
            watcher.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            watcher.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    assert ask("/healthz")[0] == 200  # taken up after the three
    wait_for_answers()

    assert capfd.readouterr().err == ""
    assert caplog.messages == []


def test_a_fault_of_the_port_is_one_line_without_an_address_or_a_value(
    ask, measures, free_port, capfd, caplog
):
    measures.registry.register(Broken())

    with pytest.raises(BadStatusLine):
        ask("/metrics")

    wait_for_answers()
    assert caplog.messages == ["the operators' port failed: KeyError"]
    assert capfd.readouterr().err == ""


class Broken:
    """A figure that cannot be had."""

    def describe(self):
        return []

    def collect(self):
        raise KeyError("open-sesame")


def wait_for_answers():
    for thread in threading.enumerate():
        if "process_request" in thread.name:
            thread.join(10)


def test_requests_are_counted_by_method_and_class_of_status_and_timed(ask, measures):
    for status in ("200 OK", "303 See Other", "404 Not Found", "404 Not Found", "500 Oh"):
        call(measures, page(status))
    call(measures, page("200 OK"), "POST")
    call(measures, page("405 No"), "BREW")

    _, _, said = ask("/metrics")

    assert figure(said, 'welfare_requests_total{method="GET",status="4xx"}') == 2
    assert figure(said, 'welfare_requests_total{method="GET",status="5xx"}') == 1
    assert figure(said, 'welfare_requests_total{method="POST",status="2xx"}') == 1
    assert figure(said, 'welfare_requests_total{method="other",status="4xx"}') == 1
    assert figure(said, 'welfare_request_seconds_count{method="GET"}') == 5


def test_a_page_that_never_begins_to_answer_is_a_fault(ask, measures):
    def falls(_environ, _start):
        raise KeyError

    with pytest.raises(KeyError):
        call(measures, falls)

    _, _, said = ask("/metrics")
    assert figure(said, 'welfare_requests_total{method="GET",status="5xx"}') == 1


def test_what_waits_is_counted(ask, make, write_letter, verified_backup, clock):
    clinician = make.actor(Role.CLINICIAN)
    write_letter(clinician, ago=MINUTES_7)
    make.alert(make.person(), clinician, due_at=NOW - MINUTES_7)
    verified_backup(MINUTES_7)

    _, _, said = ask("/metrics")

    assert figure(said, "welfare_database_up") == 1
    assert figure(said, "welfare_letters_waiting") == 1
    assert figure(said, "welfare_letter_oldest_age_seconds") == 420
    assert figure(said, "welfare_work_past_due") == 1
    assert figure(said, "welfare_backup_verified_age_seconds") == 420


def test_where_nothing_waits_no_age_is_made_up(ask):
    _, _, said = ask("/metrics")

    assert figure(said, "welfare_letters_waiting") == 0
    assert figure(said, "welfare_letter_oldest_age_seconds") is None
    assert figure(said, "welfare_backup_verified_age_seconds") is None
    assert figure(said, "welfare_jobs_success_age_seconds") is None


def test_what_the_database_did_not_carry_out_is_counted(ask, database):
    with pytest.raises(DBAPIError), database.engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))

    assert figure(ask("/metrics")[2], "welfare_database_errors_total") == 1


def test_figures_are_still_told_while_the_database_is_away(keeper, clock, keys):
    nowhere = open_database("postgresql+psycopg://x@127.0.0.1:1/x", keys)
    measures = Measures()
    measures.watch(nowhere, keeper, clock)

    families = {each.name: each for each in measures.registry.collect()}

    assert families["welfare_database_up"].samples[0].value == 0
    assert "welfare_letters_waiting" not in families
    nowhere.engine.dispose()


def test_the_version_is_told(ask):
    assert re.search(r'^welfare_build_info\{version="[\d.]+"\} 1.0$', ask("/metrics")[2], re.M)


def test_no_label_but_these_is_ever_used(ask, measures):
    call(measures, page("200 OK"))

    labels = set(re.findall(r'[{,](\w+)="', ask("/metrics")[2]))

    assert labels == {"method", "status", "le", "version"}


def test_no_other_machine_reaches_it(free_port, database, key_file, keeper, clock, measures):
    readiness = Readiness(database, key_file, keeper, clock)
    with operators_port(free_port, readiness=readiness, measures=measures):
        with socket.socket() as other:
            other.bind(("127.0.0.2", free_port))  # free, for only 127.0.0.1 is taken
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            assert other.connect_ex(("127.0.0.2", free_port)) != 0


def test_port_nought_means_that_there_is_none(database, key_file, keeper, clock, measures):
    readiness = Readiness(database, key_file, keeper, clock)

    with operators_port(0, readiness=readiness, measures=measures):
        pass


def test_a_port_that_is_taken_is_told(free_port, database, key_file, keeper, clock, measures):
    readiness = Readiness(database, key_file, keeper, clock)
    with (
        socket.create_server(("127.0.0.1", free_port)),
        pytest.raises(OSError, match="in use"),
        operators_port(free_port, readiness=readiness, measures=measures),
    ):
        pass
