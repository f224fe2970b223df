"""A thread of messages as its pages show it: who wrote, when, and how each one stands."""

from collections.abc import Sequence
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from models.vocabulary import MessageEnding
from welfare.policies.threads import Said
from welfare.web.zones import moment


def entries(said: Sequence[Said], *, is_own: bool) -> list[dict[str, Any]]:
    """For a timeline, oldest first. `is_own`: the reader is the person themselves."""
    return [
        {
            "when": moment(each.sent_at),
            "heading": _("You") if is_own and each.is_from_person else each.by,
            "text": each.words,
            **_standing(each, is_own),
        }
        for each in said
    ]


def _standing(each: Said, is_own: bool) -> dict[str, str]:
    """A reply that the person has not seen before is new to them; of theirs it says how it
    stands."""
    if not each.is_from_person:
        is_new = is_own and each.read_at is None
        return {"tag_text": _("New"), "tag_kind": "info"} if is_new else {}
    if each.ending is MessageEnding.REPLIED:
        return {"tag_text": _("Replied"), "tag_kind": "good"}
    if each.ending is MessageEnding.NO_REPLY:
        by = each.settled_by
        return {"tag_text": _("Read by %(who)s: no reply needed", who=by), "tag_kind": "done"}
    day = format_date(each.due_at, "medium") if each.due_at else ""
    if each.read_at is None:
        return {"tag_text": _("Not read yet. Reply by %(day)s", day=day), "tag_kind": "neutral"}
    return {"tag_text": _("Read. Reply by %(day)s", day=day), "tag_kind": "neutral"}
