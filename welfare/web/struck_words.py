"""What is said of answers that came late or were struck out, beside the answers themselves."""

from datetime import date

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from models.vocabulary import Origin, Phase
from welfare.policies.sent_screenings import Answered
from welfare.web.wording import MISTAKES

LATE_DOORS = (Origin.IMPORT, Origin.PAPER)


def made_on(each: Answered) -> date | None:
    """The day on which answers came to be here, where it is another one than that of answering."""
    came = each.made_at.date()
    return came if each.origin in LATE_DOORS and came != each.day else None


def mistake(each: Answered) -> str | None:
    """Who struck it out, when and why."""
    found = each.mistake
    if found is None:
        return None
    return str(
        _(
            "Marked by %(who)s on %(when)s. Reason: %(reason)s",
            who=found.by,
            when=format_date(found.at, "long"),
            reason=" ".join(filter(None, (str(MISTAKES[found.reason]), found.words))),
        )
    )


def strike_url(each: Answered) -> str | None:
    """Where it can be struck out, once."""
    if each.is_copy or each.mistake is not None:
        return None
    return url_for("entered_in_error.ask", screening_id=each.id)


def move_url(each: Answered) -> str | None:
    """Where it can be moved to the right record: what is whole, and was not asked in care."""
    if strike_url(each) is None or each.payload.part_of is not None or each.phase is Phase.CARE:
        return None
    return url_for("right_record.ask", screening_id=each.id)
