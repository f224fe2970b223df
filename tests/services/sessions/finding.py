"""A session as the door of the web finds it."""

from uuid import uuid4

from welfare.services.sessions import (
    find_session,
)


def session_of(edge, token, at):
    return edge.look(find_session, token=token, request_id=uuid4(), at=at)
