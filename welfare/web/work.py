"""One database session per request: a snapshot to read, or one transaction to write.

What a page read goes to the trail before the page leaves. What a form changed is kept when the
answer is good, and undone when it is not, unless a service marked its outcome as one to keep.
"""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from flask import Flask, Response, g, request
from sqlalchemy.orm import Session

from models import trail
from models.alerts import BELL
from models.base import new_key
from models.session import Database, transaction

BAD = 400
READING = frozenset({"GET", "HEAD", "OPTIONS"})
KEEP = "keep"


def current_session() -> Session:
    return cast(Session, g.session)


def current_request_id() -> UUID:
    return cast(UUID, g.request_id)


def init_app(app: Flask, database: Database, *, ring: Callable[[], None]) -> None:
    """`ring` wakes the sender of letters; called after a commit that wrote one."""

    def open_session() -> None:
        g.request_id = new_key()
        if request.endpoint != "static":
            is_reading = request.method in READING
            g.session = database.reading() if is_reading else database.writing()

    def finish(response: Response) -> Response:
        session = g.get("session")
        if session is not None and not g.get("is_finished"):
            g.is_finished = True
            if request.method in READING:
                _write_reads(database, session, response)
            else:
                _keep_or_undo(session, response, ring)
        return response

    app.before_request(open_session)
    app.after_request(finish)
    app.teardown_request(_close_session)


def _close_session(_error: BaseException | None) -> None:
    if "session" in g:
        current_session().close()


def _write_reads(database: Database, session: Session, response: Response) -> None:
    """If the trail cannot be written, this raises and the page is not shown."""
    events = trail.take_reads(session)
    session.close()  # on SQLite a writer may wait for a reader's snapshot to end
    if events and response.status_code < BAD:
        with transaction(database) as writing:
            trail.write_reads(writing, events=events)


def _keep_or_undo(session: Session, response: Response, ring: Callable[[], None]) -> None:
    if response.status_code >= BAD and not session.info.get(KEEP):
        session.rollback()
        return
    session.commit()
    if session.info.get(BELL):
        ring()
