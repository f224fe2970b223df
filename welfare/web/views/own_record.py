"""A member's own record: its start page, past answers as charts, and everyone who opened it."""

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from models.instruments import find
from models.instruments.definition import Direction
from welfare.policies.permissions import Permission
from welfare.policies.reading_log import Reading
from welfare.services import command_notices, own_messages, own_record
from welfare.web import mission_words, oversight_words
from welfare.web.act_words import READINGS
from welfare.web.charts import Point, TrendDrawing, draw_trend
from welfare.web.clock import now, today
from welfare.web.guard import OWN_PAST, requires
from welfare.web.languages import direction
from welfare.web.sign_in import current_actor
from welfare.web.trends import first_day, points_of, trend_of
from welfare.web.wording import CHANNELS, PHASES, TITLES
from welfare.web.work import current_session

pages = Blueprint("own_record", __name__, url_prefix="/me")
NEWEST = 6  # screenings on a page that a bad line can carry; the others when they are asked for


@pages.get("/record")
@requires(Permission.OWN_RECORD_READ)
def overview() -> ResponseReturnValue:
    has_reply = own_messages.has_reply(current_session(), actor=current_actor())
    return render_template("own_record/overview.html", has_reply=has_reply)


@pages.get("/history")
@requires(Permission.OWN_RECORD_READ, fresh=OWN_PAST)
def history() -> ResponseReturnValue:
    found = own_record.read_history(current_session(), actor=current_actor(), at=now())
    shown = found.screenings if "all" in request.args else found.screenings[-NEWEST:]
    counting = tuple(each for each in shown if each.mistake_on is None)
    return render_template(
        "own_record/history.html",
        charts=[
            _chart(code, points, replace(found, screenings=counting))
            for code in TITLES
            if (points := points_of(code, counting))
        ],
        happened=mission_words.happened(found.happenings),
        older=len(found.screenings) - len(shown),
        screenings=[
            {
                "when": each.day,
                "phase": PHASES[each.phase],
                "url": url_for("screenings.receipt", screening_id=each.id)
                if each.mistake_on is None
                else None,
                "interview_on": each.interview_on,
                "mistake": _mistake(each),
            }
            for each in reversed(shown)
        ],
    )


@pages.get("/readers")
@requires(Permission.OWN_RECORD_READ)
def readers() -> ResponseReturnValue:
    actor, at = current_actor(), now()
    found = own_record.list_readers(current_session(), actor=actor, at=at)
    told = command_notices.list_own(current_session(), actor=actor, at=at)
    return render_template(
        "own_record/readers.html",
        readings=[_reading(each) for each in found],
        told_command=[_notice(each) for each in told],
    )


def _reading(each: Reading) -> dict[str, object]:
    return {
        "who": each.reader,
        "role": oversight_words.role(each.role),
        "act": READINGS[each.act],
        "when": each.last_at,
        "times": each.times,
        "why": oversight_words.why(each),
        "delayed": oversight_words.delayed(each),
        "question": each.question,
        "question_url": url_for("questions.ask", entry_id=each.id),
    }


def _notice(each: command_notices.OwnNotice) -> dict[str, object]:
    """Word for word, in the language in which it was told."""
    return {
        "at": each.at,
        "by": each.by,
        "to": each.to,
        "channel": CHANNELS[each.channel],
        "language": each.language,
        "direction": direction(each.language),
        "sentences": each.sentences,
        "delayed": oversight_words.told_later(each.was_delayed, each.decided_by),
    }


def _mistake(each: own_record.PastScreening) -> str | None:
    if each.mistake_on is None:
        return None
    when = format_date(each.mistake_on, "long")
    return str(
        _("Marked as entered in error by %(who)s on %(when)s.", who=each.mistake_by, when=when)
    )


def _chart(code: str, points: list[Point], found: own_record.History) -> TrendDrawing:
    """Said without judging: a member's chart has no cut-off line, so no verdict either."""
    trend = trend_of(
        code,
        points,
        found.happenings.stays,
        title=str(TITLES[code]),
        conclusion=_conclusion(points, find(code).direction is Direction.HIGHER_IS_WORSE),
        with_cutoff=False,
    )
    return draw_trend(trend, since=first_day(found.screenings), until=today())


def _conclusion(points: list[Point], worse: bool) -> str:
    values = [point.value for point in points if point.value is not None]
    if len(values) < 2:  # a change needs two
        return str(_("There is one result so far."))
    change = values[-1] - values[-2]
    if change == 0:
        return str(_("The last result is the same as the one before."))
    harder = (change > 0) == worse
    if harder:
        return str(_("Things were harder at the last check than at the one before."))
    return str(_("Things were easier at the last check than at the one before."))
