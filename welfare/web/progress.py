"""What every page of an unfinished screening needs: the draft, whom to call, who was told."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from models.early_parts import EarlyParts
from models.programmes.unfinished import Unfinished
from welfare.services import drafts, windows
from welfare.web import contacts, forms, questionnaire, zones
from welfare.web.clock import now, today
from welfare.web.contacts import Contact
from welfare.web.sign_in import current_actor
from welfare.web.wording import TITLES
from welfare.web.work import current_session


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment on a page: by their unit's clock, until a script says it by their own device's."""

    at: datetime

    @property
    def iso(self) -> str:
        return self.at.isoformat()

    @property
    def text(self) -> str:
        is_today = zones.local_day(self.at) == zones.local_day(now())
        return zones.moment(self.at, "HH:mm" if is_today else "d MMMM, HH:mm")


def offered(window_id: UUID) -> drafts.Progress:
    """To go on asking. Raises NotOffered where nobody could react."""
    return drafts.read_progress(
        current_session(),
        actor=current_actor(),
        window_id=window_id,
        today=today(),
        at=now(),
    )


def kept(window_id: UUID) -> drafts.Progress:
    """For answers that are here already."""
    return drafts.read_kept(
        current_session(), actor=current_actor(), window_id=window_id, today=today(), at=now()
    )


def is_offered(window_id: UUID) -> bool:
    """Could a human react in time?"""
    return drafts.is_offered(
        current_session(), actor=current_actor(), window_id=window_id, at=now()
    )


def crisis_contacts() -> list[Contact]:
    found = contacts.listed(current_session(), unit_path=current_actor().unit_path)
    return [contact for _site, contact in found]


def saved_clock(progress: drafts.Progress | windows.Begun) -> Clock | None:
    return None if progress.saved_at is None else Clock(progress.saved_at)


def page_of(form: MultiDict[str, str], code: str, answers: Mapping[str, int | None]) -> drafts.Page:
    """What the page knew whose answers were sent."""
    shown = set(form.get("carried", "").split(","))
    return drafts.Page(
        made_from=forms.number(form, "made_from"),
        mark=forms.number(form, "mark"),
        untouched={item for item, value in answers.items() if _pair(item, value) in shown},
    )


def page_fields(progress: drafts.Progress, code: str) -> dict[str, str]:
    """Hidden fields of a fresh page: the version it shows, a mark of its own, what was carried."""
    there = progress.draft.kept.get(code)
    carried = progress.draft.carried_into(code)
    return {
        "made_from": str(there.chosen.mark) if there else "",
        "mark": str(secrets.randbits(drafts.MARK_BITS)),
        "carried": ",".join(_pair(item, value) for item, value in carried.items()),
    }


def _pair(item: str, value: int | None) -> str:
    return f"{item}={questionnaire.chosen(value)}"


def telling(
    window_id: UUID, draft: Unfinished, early: EarlyParts, *, is_over: bool = False
) -> dict[str, Any] | None:
    """Who knows of a critical answer in a draft, for `parts/told.html`. None: there is none, or
    it was settled. `is_over`: the window has closed, nothing can be finished any more."""
    parts = list(early.waiting(draft))
    if not parts:
        sentence = questionnaire.promised(early.alert) if draft.critical_items else None
        has_owner = early.alert is not None and early.alert.owner_id is not None
        box = {"is_told": True, "is_settled": has_owner, "sentence": sentence}
        return box if sentence else None
    ready = early.ready(draft, is_over=is_over)
    unfinished = [part for part in parts if part not in ready]
    return {
        "is_told": False,
        "is_settled": False,
        "titles": [str(TITLES[part]) for part in parts],
        "action": url_for("parts.send_now", window_id=window_id) if ready else None,
        "has_choice": any(part in draft.to_choose for part in ready),
        "finish_url": _part_url(window_id, draft, unfinished[0]) if unfinished else None,
    }


def telling_of(progress: drafts.Progress) -> dict[str, Any] | None:
    return telling(progress.window.id, progress.draft, progress.early)


def next_url(progress: drafts.Progress) -> str:
    """To what is open: two versions to choose from, a part without answers, or the check."""
    window_id, draft = progress.window.id, progress.draft
    part = draft.to_choose[0] if draft.to_choose else draft.next_part
    if part is None:
        return url_for("screenings.check", window_id=window_id)
    return _part_url(window_id, draft, part)


def _part_url(window_id: UUID, draft: Unfinished, part: str) -> str:
    end = "parts.versions" if part in draft.to_choose else "parts.show"
    return url_for(end, window_id=window_id, number=draft.parts.index(part) + 1)
