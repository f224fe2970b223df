"""The only place the web asks for the time."""

from datetime import UTC, date, datetime
from time import monotonic, sleep

from flask import Flask, Response, g


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()


def answer_after(seconds: float) -> None:
    """No sooner than this: how long the work took is then not told by the answer."""
    g.answer_at = monotonic() + seconds


def init_app(app: Flask) -> None:
    """Call before all others: what waits here has been kept already and holds no lock."""

    @app.after_request
    def wait(response: Response) -> Response:
        sleep(max(0.0, g.get("answer_at", 0.0) - monotonic()))
        return response
