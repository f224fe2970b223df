"""What an export says of letters about windows, and of links to them: when, not what opens one."""

from collections.abc import Sequence

from models.tables.reminders import Reminder, WindowLink
from welfare.policies.export_words import Shown, fields

OF_LETTER = "day written_at sent_at bounced_at opened_at"
OF_LINK = "made_at expires_at failures opened_at used_at revoked_at closed_for"


def of_letters(letters: Sequence[Reminder], links: Sequence[WindowLink]) -> Shown:
    """`day`: which one of the schedule; none where somebody asked for the letter."""
    return {
        "reminders": fields(letters, OF_LETTER),
        "links": fields(links, OF_LINK),
    }
