"""What the program writes down about itself: one line for each event, never a value of a record.

A library's message may hold an address or an answer, and so may the text of an exception. Of
those only what is fixed in the code is written: the pattern, the type, the place.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

OURS = ("welfare", "models", "analytics")
UNSAID = "a message of this library is not written down"
RequestId = Callable[[], str | None]
log = logging.getLogger(__name__)


class Lines(logging.Formatter):
    """JSON for machines that gather logs, or one plain line for people who try things out."""

    def __init__(self, *, as_json: bool, request_id: RequestId) -> None:
        super().__init__()
        self._as_json, self._request_id = as_json, request_id

    def format(self, record: logging.LogRecord) -> str:
        event = event_of(record, self._request_id())
        if self._as_json:
            return json.dumps(event, ensure_ascii=True)
        return " ".join(event.values()).replace("\n", " ")


@contextmanager
def writing_lines(
    *, as_json: bool, stream: TextIO | None = None, request_id: RequestId = lambda: None
) -> Iterator[None]:
    """While the block runs every logger writes such lines, to the standard error unless told
    otherwise, and nothing else is written anywhere. What ends the program is one line too."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(as_json=as_json, request_id=request_id))
    root = logging.getLogger()
    before, level, hook = root.handlers[:], root.level, threading.excepthook
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.captureWarnings(True)
    threading.excepthook = _note_thread
    sys.excepthook = _note_end  # stays: it is asked when this block is over
    try:
        yield
    finally:
        logging.captureWarnings(False)
        threading.excepthook = hook
        root.handlers[:] = before
        root.setLevel(level)


def event_of(record: logging.LogRecord, request_id: str | None) -> dict[str, str]:
    event = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _message(record),
    }
    if record.exc_info and record.exc_info[0] is not None:
        event["error"] = fault_in(record.exc_info[0], record.exc_info[2])
    if request_id:
        event["request_id"] = request_id
    return event


def fault_in(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The kind of error and where in our own code it happened, never its text."""
    frames = [each for each in extract_tb(trace) if "site-packages" not in each.filename]
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return kind.__name__ + place


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    return str(record.msg) if record.args else UNSAID


def _note_end(kind: type[BaseException], _error: BaseException, trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the program ended: %s", fault_in(kind, trace))


def _note_thread(ended: threading.ExceptHookArgs) -> None:
    if not issubclass(ended.exc_type, SystemExit):
        log.critical("a thread ended: %s", fault_in(ended.exc_type, ended.exc_traceback))
