"""What is written down: one line an event, our own words, never the text of an error."""

import io
import json
import logging
import subprocess
import sys
import threading
import warnings

import pytest

from welfare.upkeep.logs import UNSAID, writing_lines

SECRET = "canary-kestrel"
OURS = logging.getLogger("welfare.tests")
THEIRS = logging.getLogger("waitress")


@pytest.fixture
def written():
    """What the log holds; events as dictionaries."""
    stream = io.StringIO()
    with writing_lines(as_json=True, stream=stream, request_id=lambda: "0190-aa"):
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_says_when_how_grave_from_where_what_and_in_which_request(written):
    OURS.warning("a letter could not be sent and will be tried again")

    (event,) = written()

    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "warning",
        "logger": "welfare.tests",
        "message": "a letter could not be sent and will be tried again",
        "request_id": "0190-aa",
    }


def test_an_error_is_told_by_its_kind_and_place_never_by_its_text(written):
    try:
        raise ValueError(SECRET)
    except ValueError:
        OURS.exception("a request failed")

    (event,) = written()

    assert event["error"].startswith("ValueError at test_logs.py:")
    assert SECRET not in json.dumps(event)


def test_what_a_library_says_is_kept_without_what_it_put_in(written):
    THEIRS.error("Exception while serving %s", f"/en/people/{SECRET}")
    THEIRS.error(f"Exception while serving /en/people/{SECRET}")

    first, second = written()

    assert first["message"] == "Exception while serving %s"
    assert second["message"] == UNSAID


def test_an_event_is_one_line_whatever_is_in_it(written):
    OURS.error("first\nsecond %s", "third\r\n\u2028fourth")

    assert len(written()) == 1


def test_a_warning_of_python_is_an_event_too(written):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SECRET, stacklevel=1)

    assert SECRET not in json.dumps(written())
    assert [event["logger"] for event in written()] == ["py.warnings"]


def test_what_ends_a_thread_is_told_without_its_text(written):
    def fall():
        raise KeyError(SECRET)

    thread = threading.Thread(target=fall)
    thread.start()
    thread.join()

    (event,) = written()
    assert event["message"].startswith("a thread ended: KeyError at test_logs.py:")
    assert event["level"] == "critical"


def test_a_plain_line_is_one_line_too():
    stream = io.StringIO()

    with writing_lines(as_json=False, stream=stream):
        OURS.error("first\nsecond")

    assert stream.getvalue().count("\n") == 1
    assert "error welfare.tests first second" in stream.getvalue()


def test_afterwards_logging_is_as_it_was():
    root = logging.getLogger()
    before = (root.handlers[:], root.level, threading.excepthook)

    with writing_lines(as_json=True, stream=io.StringIO()):
        assert root.handlers[:] != before[0]

    assert (root.handlers[:], root.level, threading.excepthook) == before


PROGRAM = f"""
from welfare.upkeep.logs import writing_lines
with writing_lines(as_json=True):
    raise RuntimeError("{SECRET}")
"""


def test_what_ends_the_program_is_one_line_without_its_text():
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert SECRET not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "the program ended: RuntimeError at <string>:4" in done.stderr
