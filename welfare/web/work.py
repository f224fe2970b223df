"""One database session per request: a snapshot to read, or one transaction to write.

What a page read goes to the trail before the page leaves. What a form changed is kept when the
answer is good, and undone when it is not, unless a service marked its outcome as one to keep.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, cast
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from models import trail
from models.alerts import BELL
from models.base import new_key
from models.session import Database, snapshot, transaction

BAD = 400
READING = frozenset({"GET", "HEAD", "OPTIONS"})
KEEP = "keep"
PLACE = "welfare-database"


def current_session() -> Session:
    """The session of this request, opened when it is first asked for.

    A form takes the write lock no earlier than it must: not while a token or password is checked.
    """
    if "session" not in g:
        database = _database()
        is_reading = request.method in READING
        g.session = database.reading() if is_reading else database.writing()
    return cast(Session, g.session)


def glance() -> AbstractContextManager[Session]:
    """A snapshot beside the request's own session, for a look before the write lock is taken."""
    return snapshot(_database())


def afterwards(service: Callable[..., None], **given: Any) -> None:
    """What looking at a page leaves behind, such as that a link was opened: kept in a transaction
    of its own, when the page is good and its snapshot has ended."""
    g.setdefault("notes", []).append(partial(service, **given))


def current_request_id() -> UUID:
    return cast(UUID, g.request_id)


def init_app(app: Flask, database: Database, *, ring: Callable[[], None]) -> None:
    """`ring` wakes the sender of letters; called after a commit that wrote one."""

    app.extensions[PLACE] = database

    def name_request() -> None:
        g.request_id = new_key()

    def finish(response: Response) -> Response:
        session = g.get("session")
        if session is not None and not g.get("is_finished"):
            g.is_finished = True
            if request.method in READING:
                _write_reads(database, session, response)
                _write_notes(database, response)
            else:
                _keep_or_undo(session, response, ring)
        return response

    app.before_request(name_request)
    app.after_request(finish)
    app.teardown_request(_close_session)


def _database() -> Database:
    return cast(Database, current_app.extensions[PLACE])


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


def _write_notes(database: Database, response: Response) -> None:
    if response.status_code >= BAD or request.method != "GET":
        return
    for note in g.get("notes", []):
        with transaction(database) as writing:
            note(writing)


def _keep_or_undo(session: Session, response: Response, ring: Callable[[], None]) -> None:
    if response.status_code >= BAD and not session.info.get(KEEP):
        session.rollback()
        shown = trail.take_shown(session)
        if shown:
            trail.write_reads(session, events=shown)
            session.commit()
        return
    session.commit()
    if session.info.get(BELL):
        ring()
