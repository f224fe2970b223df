"""How a stored window stands on a day: one sentence with two faces, for one window and for many.

`models.programmes.schedule` says what each word means.
"""

from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement, and_, exists

from models.tables.screenings import Screening, Window
from models.vocabulary import SetAsideBy, WindowStatus


class Stored(Protocol):
    """What of a window decides how it stands."""

    opens_on: date
    due_by: date
    closes_on: date
    set_aside: SetAsideBy | None


ASIDE = {SetAsideBy.DECLINED: WindowStatus.DECLINED, SetAsideBy.WAIVED: WindowStatus.WAIVED}


def status_of(window: Stored, *, answered_on: date | None, today: date) -> WindowStatus:
    """`answered_on`: the day of the screening that answers it, None if nobody has."""
    if answered_on is not None:
        return _answered(window, answered_on)
    if window.set_aside is not None:
        return ASIDE[window.set_aside]
    if window.closes_on < window.opens_on:
        return WindowStatus.WAIVED
    if today < window.opens_on:
        return WindowStatus.NOT_DUE
    if today <= window.closes_on:
        return WindowStatus.OPEN
    return WindowStatus.MISSED if window.closes_on >= window.due_by else WindowStatus.WAIVED


def _answered(window: Stored, day: date) -> WindowStatus:
    if day < window.opens_on:
        return WindowStatus.EARLY
    return WindowStatus.IN_WINDOW if day <= window.due_by else WindowStatus.LATE


def can_be_answered(window: Stored, *, today: date) -> bool:
    """Open, or late but still within the programme's allowance."""
    return window.set_aside is None and window.opens_on <= today <= window.closes_on


def is_open(today: date) -> ColumnElement[bool]:
    """`status_of` is OPEN, for a query over windows."""
    return and_(
        Window.opens_on <= today,
        Window.closes_on >= today,
        Window.set_aside.is_(None),
        ~exists().where(Screening.window_id == Window.id),
    )


def is_missed(today: date) -> ColumnElement[bool]:
    """`status_of` is MISSED, for a query over windows."""
    return and_(
        Window.closes_on < today,
        Window.closes_on >= Window.due_by,
        Window.closes_on >= Window.opens_on,
        Window.set_aside.is_(None),
        ~exists().where(Screening.window_id == Window.id),
    )
